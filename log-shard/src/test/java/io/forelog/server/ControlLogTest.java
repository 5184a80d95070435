package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The cluster's own log, and plans that nobody's appends wait for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlLogTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = NodeFixture.start(directory, "control.records=true");
        node.put("/v1/logs/watched", "{\"shards\":1}");
        node.append("watched", "{\"key\":\"star\",\"value\":1}");
    }

    @AfterAll
    void end() {
        node.close();
    }

    @Test
    void everyStateOfAPlanIsARecordOfTheControlLog() {
        var begun = post("/v1/logs/watched/shards/0/pin", "{\"key\":\"star\"}");

        assertThat(begun.get("kind").textValue()).isEqualTo("PIN");
        assertThat(begun.get("key").textValue()).isEqualTo("star");
        var history = "/v1/logs/_control/keys/plan%2F" + begun.get("id") + "/records";
        await().atMost(SOON).until(() -> text(node.get(history)).contains("\"WATCH\""));
        assertThat(text(node.get(history)).lines()).first().asString().contains("\"PREPARE\"");
        await().atMost(SOON).until(() -> text(node.get("/v1/logs/_control/keys/decision%2Fcluster"))
                .contains("reason"));
        assertThat(json(node.get("/v1/logs/_control"))
                        .get("retention")
                        .get("age")
                        .textValue())
                .isEqualTo("P14D");
    }

    @Test
    void nobodyElseAppendsToTheControlLogOrSeesItAmongOthers() {
        assertProblem(node.append("_control", "{\"value\":1}"), 403, "forbidden");
        assertProblem(node.put("/v1/logs/_control", "{}"), 400, "bad-request");
        assertThat(text(node.get("/v1/logs"))).doesNotContain("_control");
    }

    @Test
    void whatIsPinnedMustBeOfTheShard() {
        node.put("/v1/logs/two", "{\"shards\":2}");
        int of = json(node.get("/v1/logs/two/route?key=star")).get("shard").intValue();

        var path = "/v1/logs/two/shards/" + (1 - of) + "/pin";

        assertProblem(
                node.send(
                        "POST",
                        path,
                        "{\"key\":\"star\"}".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json"),
                421,
                "wrong-shard");
    }

    private JsonNode post(String path, String body) {
        var answer = node.send("POST", path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(202);
        return json(answer);
    }
}
