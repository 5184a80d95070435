package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API against its own document: that both have the same calls a node checks itself when it starts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiDocumentTest {

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data);
    }

    @AfterAll
    void end() {
        node.close();
    }

    @Test
    void theDocumentIsOpenApi() {
        var document = json(node.get("/openapi.json"));

        assertThat(document.get("openapi").textValue()).startsWith("3.1");
        assertThat(document.findValuesAsText("$ref")).allSatisfy(reference -> assertThat(
                        document.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
        assertThat(document.findValuesAsText("operationId"))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(40);
    }

    /** With good input each call does what it is for; its answer has the form that the document says. */
    @Test
    void everyCallAnswersAsDocumented() {
        node.put("/v1/logs/mine", "{\"shards\":1}");
        node.append("mine", "{\"key\":\"k\",\"value\":1}");
        node.put("/v1/logs/mine/cursors/reader", "{}");
        var document = json(node.get("/openapi.json"));
        var schemas = JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(location -> document.toString())));

        for (var call : ApiCalls.of(document)) {
            if (List.of("/v1/live", "/v1/logs/{log}/tail", "/v1/nodes/{node}/drain")
                            .contains(call.template())
                    || call.toString().startsWith("DELETE /v1/nodes/")) {
                continue;
            }
            var answer = send(call.method(), call.path(), call.method().equals("GET") ? null : call.body());
            var operation =
                    document.get("paths").get(call.template()).get(call.method().toLowerCase(java.util.Locale.ROOT));
            var expected = call.template().equals("/v1/keys/{id}") ? 404 : answer.statusCode();

            assertThat(answer.statusCode())
                    .as(call + " " + text(answer))
                    .isEqualTo(expected)
                    .isNotEqualTo(405);
            if (expected < 300) {
                assertThat(operation.get("responses").has(Integer.toString(expected)))
                        .as(call + " answers " + expected)
                        .isTrue();
            } else {
                assertThat(expected)
                        .as(call + " " + text(answer))
                        .isEqualTo(call.template().endsWith("/archive") ? 409 : 404);
            }
            if (answer.headers().firstValue("Content-Type").orElse("").equals("application/json") && expected < 300) {
                var at = "/paths/" + call.template().replace("~", "~0").replace("/", "~1") + "/"
                        + call.method().toLowerCase(java.util.Locale.ROOT);
                var response = operation.get("responses").get(Integer.toString(expected));
                var reference = response.has("$ref")
                        ? response.get("$ref").textValue().substring(1)
                        : at + "/responses/" + expected;
                if (document.at(reference + "/content").has("*/*")) {
                    continue;
                }
                var schema = schemas.getSchema(SchemaLocation.of(
                        "https://forelog.example/openapi.json#" + reference + "/content/application~1json/schema"));
                assertThat(schema.validate(json(answer)))
                        .as(call + " " + text(answer))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /v1/logs?limt=5 | ",
                "GET | /v1/logs/some/shards/0/records?limt=5 | ",
                "GET | /v1/logs/some/shards/0/records?limit=5&limit=6 | ",
                "GET | /v1/logs/some/shards/0/records?limit=10001 | ",
                "GET | /v1/logs/some/shards/0/records?wait=soon | ",
                "GET | /v1/logs/some/keys/k/records?order=up | ",
                "GET | /v1/logs/some/route | ",
                "GET | /v1/analytics/hot-keys?limit=x | ",
                "POST | /v1/logs/some/records?ack=maybe | {\"value\":1}",
                "PUT | /v1/logs/some | {\"shardz\":1}",
                "PUT | /v1/logs/some | {\"shards\":0}",
                "PATCH | /v1/logs/some | {\"shards\":2}",
                "PUT | /v1/prefetch | {}",
                "PUT | /v1/prefetch | {\"enabled\":1}",
                "POST | /v1/keys | {}",
                "POST | /v1/keys | {\"name\":\"x\",\"permissions\":[\"write:a\"]}",
                "PUT | /v1/loggers | {\"a\":\"LOUD\"}",
                "PUT | /v1/logs/some/cursors/c | {\"position\":\"x\"}",
                "PUT | /v1/logs/some/cursors/c | {\"at\":1}",
                "POST | /v1/logs/some/read | {\"addresses\":[\"3-4\"]}"
            })
    void whatTheDocumentDoesNotAllowIsRefused(String method, String path, String body) {
        node.put("/v1/logs/some", "{\"shards\":1}");

        assertProblem(send(method, path, body), 400, "bad-request");
    }

    @Test
    void thePageShowsTheDocumentWithWhatTheNodeHolds() {
        var page = node.get("/api");

        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        var files = java.util.regex.Pattern.compile("(?:href|src)=\"([^\"]+)\"")
                .matcher(text(page))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(files)
                .hasSizeGreaterThan(3)
                .allSatisfy(
                        file -> assertThat(node.get(file).statusCode()).as(file).isEqualTo(200));
        assertThat(text(node.get("/"))).contains("href=\"/api\"");
    }

    @Test
    void whatIsLoggedIsChangedWhileTheNodeRuns() {
        var changed = send("PUT", "/v1/loggers", "{\"io.forelog.access\":\"INFO\"}");
        assertThat(json(changed).get("loggers").get("io.forelog.access").textValue())
                .isEqualTo("INFO");

        var restored = send("PUT", "/v1/loggers", "{\"io.forelog.access\":null}");
        assertThat(json(restored).get("loggers").has("io.forelog.access")).isFalse();
    }

    @Test
    void theHottestKeysAreFoundAndANodeKnowsItself() {
        node.put("/v1/logs/hot", "{\"shards\":2}");
        for (var key : List.of("a", "b", "c")) {
            node.append("hot", "{\"key\":\"" + key + "\",\"value\":1}");
        }
        for (int i = 0; i < 9; i++) {
            node.get("/v1/logs/hot/keys/" + (i < 6 ? "b" : i < 8 ? "a" : "c"));
        }
        var tag = node.get("/v1/logs/hot/keys/a").headers().firstValue("ETag").orElseThrow();
        send("POST", "/v1/logs/hot/read", "{\"addresses\":[" + tag + "]}");

        var keys = json(node.get("/v1/analytics/hot-keys?log=hot&limit=2")).get("keys");
        var self = json(node.get("/v1/nodes")).get("nodes").get(0);

        assertThat(keys.findValuesAsText("key")).containsExactly("b", "a");
        assertThat(keys.findValuesAsText("reads")).containsExactly("6", "4");
        assertThat(self.get("name").textValue()).isEqualTo("node-1");
        assertThat(self.get("cpu").get("cores").intValue()).isNotNegative();
        assertThat(self.fieldNames()).toIterable().contains("role", "region", "cpu", "memory", "disk", "network");
        assertThat(json(send("POST", "/v1/nodes/node-1/drain", null))
                        .get("state")
                        .textValue())
                .isEqualTo("draining");
        assertThat(json(send("POST", "/v1/nodes/node-1/undrain", null))
                        .get("state")
                        .textValue())
                .isEqualTo("up");
        assertProblem(send("POST", "/v1/nodes/other/drain", null), 404, "no-such-node");
    }

    private java.net.http.HttpResponse<byte[]> send(String method, String path, String body) {
        return body == null
                ? node.send(method, path, null)
                : node.send(method, path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }
}
