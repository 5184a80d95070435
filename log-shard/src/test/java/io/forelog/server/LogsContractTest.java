package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract says of logs, of caches and prefetch, and of operating a node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogsContractTest {

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
    void aLogIsCreatedWithTheContractsDefaults() {
        var created = node.put("/v1/logs/defaults", "");

        assertThat(created.statusCode()).isEqualTo(201);
        var log = json(created);
        assertThat(log.get("shards").intValue()).isEqualTo(4);
        assertThat(log.get("replicas").intValue()).isEqualTo(1);
        assertThat(log.get("ack").textValue()).isEqualTo("quorum");
        assertThat(log.get("fsync").textValue()).isEqualTo("always");
        assertThat(log.get("critical").booleanValue()).isFalse();
        assertThat(log.get("valueBytesMax").intValue()).isEqualTo(1 << 20);
        assertThat(json(node.get("/v1/logs/defaults"))).isEqualTo(log);
    }

    @Test
    void creatingAgainIsTheSameOrAConflict() {
        var settings = "{\"shards\":2,\"retention\":{\"age\":\"P7D\"}}";
        assertThat(node.put("/v1/logs/again", settings).statusCode()).isEqualTo(201);

        assertThat(node.put("/v1/logs/again", settings).statusCode()).isEqualTo(200);
        var inWeeks = node.put("/v1/logs/again", settings.replace("P7D", "P1W"));
        assertThat(inWeeks.statusCode()).isEqualTo(200);
        assertThat(json(inWeeks).at("/retention/age").textValue()).isEqualTo("P7D");
        assertProblem(node.put("/v1/logs/again", "{\"shards\":3}"), 409, "log-exists");
    }

    @Test
    void settingsThatMayChangeAreChangedAndOthersAreNot() {
        node.put("/v1/logs/patched", "{}");
        var patch = "{\"ack\":\"all\",\"fsync\":\"interval\",\"retention\":{\"bytes\":1000000},\"critical\":true}";

        var changed = node.send("PATCH", "/v1/logs/patched", patch.getBytes(StandardCharsets.UTF_8));

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(json(changed).get("ack").textValue()).isEqualTo("all");
        assertThat(json(changed).get("retention").get("bytes").longValue()).isEqualTo(1_000_000);
        assertProblem(
                node.send("PATCH", "/v1/logs/patched", "{\"shards\":9}".getBytes(StandardCharsets.UTF_8)),
                400,
                "bad-request");
        assertProblem(node.send("PATCH", "/v1/logs/none", "{}".getBytes(StandardCharsets.UTF_8)), 404, "no-such-log");
    }

    @Test
    void aDeletedLogIsGoneAndItsNameFreeForAnotherOne() {
        node.put("/v1/logs/gone", "{\"shards\":1}");
        node.append("gone", "{\"value\":\"old\"}");

        assertThat(node.send("DELETE", "/v1/logs/gone", null).statusCode()).isEqualTo(204);

        assertProblem(node.get("/v1/logs/gone"), 404, "no-such-log");
        assertProblem(node.send("DELETE", "/v1/logs/gone", null), 404, "no-such-log");
        assertThat(node.put("/v1/logs/gone", "{\"shards\":1}").statusCode()).isEqualTo(201);
        assertProblem(node.get("/v1/logs/gone/shards/0/records/0"), 404, "no-such-record");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"shards\":0}",
                "{\"shards\":\"4\"}",
                "{\"shards\":2.5}",
                "{\"replicas\":0}",
                "{\"replicas\":5}",
                "{\"ack\":\"maybe\"}",
                "{\"fsync\":\"never\"}",
                "{\"retention\":{\"age\":\"a week\"}}",
                "{\"retention\":{\"age\":\"P106751991167300D\"}}",
                "{\"retention\":7}",
                "{\"unknown\":1}",
                "{\"compression\":\"rar\"}",
                "[]",
                "{",
                "{\"retention\":{\"bytes\":-1}}",
                "{\"valueBytesMax\":0}"
            })
    void wrongSettingsAreRefused(String settings) {
        assertProblem(node.put("/v1/logs/wrong", settings), 400, "bad-request");
        assertProblem(node.get("/v1/logs/wrong"), 404, "no-such-log");
    }

    @ParameterizedTest
    @CsvSource({"Upper", ".dot", "a%20b", "-dash"})
    void wrongNamesAreRefused(String name) {
        assertProblem(node.put("/v1/logs/" + name, "{}"), 400, "bad-request");
    }

    @Test
    void settingsAsTextAreOfAnUnsupportedType() {
        assertProblem(node.put("/v1/logs/typed", "{}", "Content-Type", "text/plain"), 415, "unsupported-media-type");
    }

    @Test
    void logsAreListedByName() {
        node.put("/v1/logs/list-b", "{}");
        node.put("/v1/logs/list-a", "{}");

        assertThat(json(node.get("/v1/logs")).get("logs"))
                .extracting(log -> log.get("name").textValue())
                .contains("list-a", "list-b")
                .isSorted();
    }

    @Test
    void aWrongMethodNamesTheRightOnes() {
        var response = node.send("DELETE", "/v1/logs", null);

        assertProblem(response, 405, "method-not-allowed");
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void prefetchIsSwitchedWhileRunning() {
        assertThat(json(node.put("/v1/prefetch", "{\"enabled\":false}"))
                        .get("enabled")
                        .booleanValue())
                .isFalse();
        assertThat(json(node.get("/v1/prefetch")).get("enabled").booleanValue()).isFalse();
        assertThat(json(node.put("/v1/prefetch", "{\"enabled\":true}"))
                        .get("enabled")
                        .booleanValue())
                .isTrue();
        assertProblem(node.put("/v1/prefetch", "{\"enabled\":\"yes\"}"), 400, "bad-request");
    }

    @Test
    void healthMetricsAndDashboardAreServed() {
        assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(node.get("/health/ready").statusCode()).isEqualTo(200);
        node.put("/v1/logs/measured", "{}");
        node.append("measured", "{\"value\":1}");
        assertThat(text(node.get("/metrics")))
                .contains(
                        "forelog_append_records_total",
                        "forelog_cache_requests_total{result=\"hit\",tier=\"local\"}",
                        "http_server_requests_seconds_bucket",
                        "jvm_memory_used_bytes");
        assertThat(json(node.get("/v1/caches")).get("tiers").get(0).get("tier").textValue())
                .isEqualTo("local");
    }

    @Test
    void theLocalCacheIsResizedWhileTheNodeRunsAndWhatIsNotHereCannotBe() {
        var resized = node.put("/v1/caches", "{\"local\":2000000}");

        assertThat(resized.statusCode()).isEqualTo(200);
        assertThat(json(node.get("/v1/caches"))
                        .get("tiers")
                        .get(0)
                        .get("bytesMax")
                        .longValue())
                .isEqualTo(2_000_000);
        assertProblem(node.put("/v1/caches", "{\"regional\":2000000}"), 400, "bad-request");
        assertProblem(node.put("/v1/caches", "{\"lokal\":2000000}"), 400, "bad-request");
    }
}
