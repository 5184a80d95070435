package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract says of the control plane: what it counts, foresees, decides, and plans without doing it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlContractTest {

    private static final int READS = 200;

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = NodeFixture.start(directory);
    }

    @AfterAll
    void end() {
        node.close();
    }

    private HttpResponse<byte[]> post(String path, String body) {
        return node.send("POST", path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    @Test
    void everyReadAndAppendOfAShardIsCountedAndItsHotKeysAreNamed() {
        node.put("/v1/logs/counted", "{\"shards\":1,\"keyDelimiter\":\"/\"}");
        node.append("counted", "{\"records\":[{\"key\":\"u-1/a\",\"value\":1},{\"key\":\"u-2/a\",\"value\":2}]}");
        for (int i = 0; i < READS; i++) {
            node.get("/v1/logs/counted/shards/0/records/0");
        }
        node.get("/v1/logs/counted/shards/0/records");
        node.get("/v1/logs/counted/keys/u-2%2Fa/records");
        post("/v1/logs/counted/read", "{\"addresses\":[\"0:0\",\"0:1\"]}");

        await().untilAsserted(() -> {
            var window = statistics("counted").get("window");
            assertThat(window.get("writes").longValue()).isEqualTo(2);
            assertThat(window.get("reads").longValue()).isEqualTo(READS + 4);
        });

        var statistics = statistics("counted");
        assertThat(statistics.get("hotKeys").get(0).get("key").textValue()).isEqualTo("u-1/a");
        assertThat(statistics.get("hotPrefixes").get(0).get("prefix").textValue())
                .isEqualTo("u-1");
        assertThat(statistics.get("window").get("readMeanMicros").doubleValue()).isPositive();
        assertThat(statistics.get("contention").get("queueMeanMicros").doubleValue())
                .isNotNegative();
        assertThat(statistics.get("forecast").get("forecast")).hasSize(60);
        var heat = json(node.get("/v1/heat?log=counted")).get("heat").get(0);
        assertThat(heat.get("hotPrefixes").get(0).get("prefix").textValue()).isEqualTo("u-1");
        var migration = heat.get("migration");
        assertThat(migration.get("readsExpected").doubleValue()).isNotNegative();
        assertThat(migration.get("accessProbability").doubleValue()).isBetween(0.0, 1.0);
        assertThat(migration.get("bytes").longValue()).isPositive();
        assertThat(migration.get("scorePerByte").doubleValue()).isNotNegative();
        var minute = heat.get("minutes").get(heat.get("minutes").size() - 1);
        long slices = 0;
        for (var slice : minute.get("slices")) {
            slices += slice.longValue();
        }
        assertThat(slices)
                .isEqualTo(
                        minute.get("reads").longValue() + minute.get("writes").longValue());
    }

    private JsonNode statistics(String log) {
        return json(node.get("/v1/logs/" + log + "/shards/0")).get("statistics");
    }

    @Test
    void whatWasCountedSurvivesARestart() throws Exception {
        node.put("/v1/logs/kept", "{\"shards\":1}");
        for (int i = 0; i < 40; i++) {
            node.append("kept", "{\"key\":\"k\",\"value\":1}");
        }
        await().until(() -> statistics("kept").get("window").get("writes").longValue() == 40);

        node.restart();

        assertThat(statistics("kept").get("window").get("writes").longValue()).isEqualTo(40);
        assertThat(statistics("kept").get("hotKeys").get(0).get("key").textValue())
                .isEqualTo("k");
    }

    @Test
    void aDamagedFileOfStatisticsIsPutAsideAndTheNodeServes(@TempDir Path other) throws Exception {
        Files.writeString(other.resolve("statistics"), "not statistics");

        try (var damaged = NodeFixture.start(other)) {
            assertThat(damaged.get("/v1/forecasts").statusCode()).isEqualTo(200);
        }

        assertThat(other.resolve("statistics.damaged")).hasContent("not statistics");
    }

    @Test
    void forecastsSayWhatTheyRestOn() {
        node.put("/v1/logs/foreseen", "{\"shards\":2}");
        node.append("foreseen", "{\"key\":\"k\",\"value\":1}");

        var one = json(node.get("/v1/forecasts?log=foreseen&shard=1")).get("forecasts");

        assertThat(json(node.get("/v1/forecasts?log=foreseen")).get("forecasts"))
                .hasSize(2);
        assertThat(one).hasSize(1);
        assertThat(one.get(0).get("shard").intValue()).isEqualTo(1);
        assertThat(one.get(0).get("interval").doubleValue()).isEqualTo(0.9);
        assertThat(one.get(0).get("backtest").get("rootMeanSquareError").isNull())
                .isTrue();
        for (var point : one.get(0).get("forecast")) {
            assertThat(point.get("expected").doubleValue())
                    .isBetween(
                            point.get("lower").doubleValue(), point.get("upper").doubleValue());
        }
        assertProblem(node.get("/v1/forecasts?log=foreseen&shard=2"), 404, "no-such-shard");
        assertProblem(node.get("/v1/forecasts?log=none"), 404, "no-such-log");
        assertProblem(node.get("/v1/forecasts?shard=1"), 400, "bad-request");
    }

    @Test
    void thePolicyIsManualUntilAnotherIsPutAndThatOneIsKept() throws Exception {
        assertThat(json(node.get("/v1/policy")).get("mode").textValue()).isEqualTo("manual");

        var put = node.put("/v1/policy", "{\"mode\":\"hybrid\",\"thresholds\":{\"shardLimit\":2500,\"splitAt\":0.7}}");

        assertThat(put.statusCode()).isEqualTo(200);
        node.restart();
        var kept = json(node.get("/v1/policy"));
        assertThat(kept).isEqualTo(json(put));
        assertThat(kept.get("thresholds").get("shardLimit").intValue()).isEqualTo(2500);
        assertThat(kept.get("thresholds").get("splitAt").doubleValue()).isEqualTo(0.7);
        assertThat(kept.get("thresholds").get("mergeAt").doubleValue()).isEqualTo(0.4);
        assertThat(json(node.put("/v1/policy", kept.toString()))).isEqualTo(kept);
        node.put("/v1/policy", "{\"mode\":\"manual\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{\"mode\":\"bold\"}",
                "{\"mode\":\"hybrid\",\"thresholds\":{\"splitAt\":1.5}}",
                "{\"mode\":\"hybrid\",\"thresholds\":{\"splitAt\":0.3,\"mergeAt\":0.4}}",
                "{\"mode\":\"hybrid\",\"limit\":1}",
                "{\"mode\":\"hybrid\",\"thresholds\":{\"leadMinutes\":2.5}}",
                "{\"mode\":\"hybrid\",\"thresholds\":{\"x\":1}}",
                "{\"mode\":\"hybrid\",\"thresholds\":{\"shardLimit\":0}}",
                "{\"mode\":\"hybrid\",\"thresholds\":{\"shardLimit\":\"9\"}}"
            })
    void aPolicyThatMakesNoSenseIsRefused(String body) {
        assertProblem(node.put("/v1/policy", body), 400, "bad-request");
    }

    @Test
    void theLeaderDecidesAndSaysWhy() {
        await().until(() -> !json(node.get("/v1/decisions")).get("decisions").isEmpty());

        var decision = json(node.get("/v1/decisions")).get("decisions").get(0);

        assertThat(decision.get("subject").textValue()).isEqualTo("cluster");
        assertThat(decision.get("action").textValue()).isEqualTo("none");
        assertThat(decision.get("reason").textValue()).contains("0 plans for ");
        assertThat(decision.get("inputs").has("hottestShardPerSecond")).isTrue();
        assertThat(decision.get("carriedOut").booleanValue()).isFalse();
        assertThat(decision.get("actualGain").isNull()).isTrue();
        assertThat(json(node.get("/v1/descriptors")).get("descriptors").isArray())
                .isTrue();
    }

    @Test
    void aDryRunShowsThePlanAndChangesNothing() {
        node.put("/v1/logs/planned", "{\"shards\":4}");
        var before = json(node.get("/v1/logs/planned/shards"));
        var shards = "/v1/logs/planned/shards/";

        var split = json(post(shards + "1/split?dryRun=true", "{\"at\":\"5000000000000000\"}"));
        var merge = json(post(shards + "2/merge?dryRun=true", "{\"with\":1}"));

        assertThat(split.get("kind").textValue()).isEqualTo("SPLIT");
        assertThat(split.get("cause").textValue()).isEqualTo("BY_HAND");
        assertThat(split.get("state").textValue()).isEqualTo("PREPARE");
        assertThat(split.get("at").textValue()).isEqualTo("5000000000000000");
        assertThat(split.get("cost").get("pauseMillis").doubleValue()).isPositive();
        assertThat(split.get("benefit").get("headroom").doubleValue()).isEqualTo(1);
        assertThat(json(post(shards + "1/split?dryRun=true", "{}")).get("at").textValue())
                .isEqualTo("6000000000000000");
        assertThat(merge.get("shards")).extracting(shard -> shard.intValue()).containsExactly(1, 2);
        assertThat(merge.get("benefit").get("shardsSaved").intValue()).isEqualTo(1);
        assertThat(json(node.get("/v1/logs/planned/shards"))).isEqualTo(before);
        assertThat(json(node.get("/v1/plans")).get("plans")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0/split | {\"at\":\"0000000000000000\"} | 400 | bad-request",
                        "0/merge | {\"with\":3} | 400 | bad-request",
                "0/move | {\"to\":\"node-1\"} | 409 | plan-conflict", "0/archive | {} | 409 | plan-conflict",
                "9/split | {} | 404 | no-such-shard",
                        "0/split?dryRun=true | {\"at\":\"0000000000000000\"} | 400 | bad-request",
                "0/split?dryRun=true | {\"at\":\"middle\"} | 400 | bad-request",
                        "0/split?dryRun=true | {\"at\":\"f000000000000000\"} | 400 | bad-request",
                "0/merge?dryRun=true | {\"with\":2} | 400 | bad-request",
                        "0/merge?dryRun=true | {} | 400 | bad-request",
                "0/merge?dryRun=true | {\"with\":7} | 404 | no-such-shard",
                        "0/move?dryRun=true | {\"to\":\"other\"} | 404 | no-such-node",
                "0/move?dryRun=true | {\"to\":\"node-1\"} | 409 | plan-conflict",
                        "0/archive?dryRun=true | {} | 409 | plan-conflict"
            })
    void whatIsNotDoneIsRefusedByItsName(String path, String body, int status, String slug) {
        node.put("/v1/logs/refused", "{\"shards\":4}");

        var answer = post("/v1/logs/refused/shards/" + path, body);

        assertProblem(answer, status, slug);
        assertThat(json(answer).get("retryable").booleanValue()).isFalse();
    }

    @Test
    void thereIsNoPlanToShowCancelOrTakeBack() {
        assertProblem(node.get("/v1/plans/1"), 404, "no-such-plan");
        assertProblem(node.send("POST", "/v1/plans/1/cancel", null), 404, "no-such-plan");
        assertProblem(node.send("POST", "/v1/plans/1/rollback", null), 404, "no-such-plan");
    }
}
