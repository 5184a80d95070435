package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node tells of its access model, and what it keeps of it. */
class PrefetchContractTest {

    private static final int RECORDS = 20;
    private static final Duration LEARNT = Duration.ofSeconds(30);

    @TempDir
    private Path data;

    private NodeFixture node;

    /** One shard with records of the keys k0 to k19. */
    @BeforeEach
    void start() throws IOException {
        node = NodeFixture.start(data, "append.timeout=PT1M");
        node.put("/v1/logs/run", "{\"shards\":1}");
        var lines = new StringBuilder();
        for (int n = 0; n < RECORDS; n++) {
            lines.append("{\"key\":\"k%d\",\"value\":%d}\n".formatted(n, n));
        }
        byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
        var appended = node.send("POST", "/v1/logs/run/records", body, "Content-Type", "application/x-ndjson");
        assertThat(appended.statusCode()).as(text(appended)).isEqualTo(201);
    }

    @AfterEach
    void end() {
        node.close();
    }

    private void read(String reader, int... keys) {
        for (int key : keys) {
            assertThat(node.get("/v1/logs/run/keys/k" + key, "Forelog-Reader", reader)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private JsonNode prefetch() {
        return json(node.get("/v1/prefetch"));
    }

    private void awaitReads(int reads) {
        await().atMost(LEARNT).until(() -> prefetch().get("reads").asInt() >= reads);
    }

    private JsonNode after(int key) {
        return json(node.get("/v1/analytics/co-access?log=run&key=k" + key));
    }

    @Test
    void whatSeveralReadersReadAfterAKeyIsToldAndWhatOneReadsIsNot() {
        for (int reader = 0; reader < 12; reader++) {
            read("reader " + reader, 3, 7);
        }
        read("one alone", 3, 11, 3, 11, 3, 11);
        awaitReads(30);

        var answer = after(3);
        assertThat(answer.get("address").asText()).isEqualTo("0:3");
        assertThat(answer.get("followers")).hasSize(1);
        var next = answer.get("followers").get(0);
        assertThat(next.get("key").asText()).isEqualTo("k7");
        assertThat(next.get("address").asText()).isEqualTo("0:7");
        assertThat(next.get("probability").asDouble()).isGreaterThan(0.6).isLessThanOrEqualTo(1);
    }

    @Test
    void coAccessOfAKeyOrALogThatIsNotThereIsNotFound() {
        assertProblem(node.get("/v1/analytics/co-access?log=run&key=none"), 404, "no-such-key");
        assertProblem(node.get("/v1/analytics/co-access?log=none&key=k1"), 404, "no-such-log");
        assertProblem(node.get("/v1/analytics/co-access?log=run"), 400, "bad-request");
    }

    @Test
    void whatWasLearntIsThereAfterARestart() throws IOException {
        read("reader", 1, 2, 3, 4, 5);
        awaitReads(5);

        node.restart();

        assertThat(prefetch().get("trackedKeys").asInt()).isEqualTo(5);
    }

    @Test
    void aDamagedModelIsNoReasonNotToStart() throws IOException {
        read("reader", 1, 2, 3, 4, 5);
        awaitReads(5);
        node.restart();
        var file = data.resolve("prefetch").resolve("model");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;

        node.stop();
        Files.write(file, bytes);
        node.restart();

        assertThat(prefetch().get("trackedKeys").asInt()).isZero();
        read("reader", 1);
    }

    @Test
    void metricsTellOfEachShardAndSource() {
        read("reader", 1, 2, 3, 4, 5);

        await().atMost(LEARNT).untilAsserted(() -> assertThat(text(node.get("/metrics")))
                .contains("forelog_prefetch_shard_issued_total{log=\"run\",shard=\"0\",source=\"markov\"}")
                .contains("forelog_prefetch_shard_coverage{log=\"run\",shard=\"0\"}")
                .contains("forelog_prefetch_model_keys 5.0"));
    }
}
