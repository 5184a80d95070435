package io.forelog.server;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Splits and merges by hand, as callers of one node see them: before, meanwhile and after. */
class PlansContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path data;

    private static NodeFixture node;

    @BeforeAll
    static void start() throws Exception {
        node = NodeFixture.start(data);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aSplitIsBegunFollowedAndSeenInTheMap() {
        node.put("/v1/logs/divided", "{\"shards\":1}");
        for (int i = 0; i < 20; i++) {
            node.append("divided", "{\"key\":\"key-" + i % 5 + "\",\"value\":" + i + "}");
        }

        var begun = post("/v1/logs/divided/shards/0/split", "{\"at\":\"8000000000000000\"}");

        assertThat(begun.statusCode()).isEqualTo(202);
        var location = begun.headers().firstValue("Location").orElseThrow();
        var watched = awaitState(location, "WATCH");
        assertThat(watched.get("steps"))
                .extracting(step -> step.get("state").textValue())
                .containsExactly("PREPARE", "CUTOVER", "WATCH");
        var map = json(node.get("/v1/logs/divided/shards"));
        assertThat(map.get("version").intValue()).isEqualTo(2);
        assertThat(map.get("shards").get(0).get("state").textValue()).isEqualTo("SEALED");
        assertThat(map.get("shards").get(1).get("range").get("last").textValue())
                .isEqualTo("7fffffffffffffff");
        assertThat(map.get("shards").get(2).get("parents").get(0).intValue()).isZero();
        // What was there stays where it was, and what comes goes to the children.
        assertThat(text(node.get("/v1/logs/divided/shards/0/records/7"))).isEqualTo("7");
        var address = json(node.append("divided", "{\"key\":\"key-1\",\"value\":20}"))
                .get("records")
                .get(0);
        assertThat(address.get("shard").intValue()).isIn(1, 2);
        assertThat(address.get("offset").intValue()).isZero();
        assertThat(history("divided", "key-1")).containsExactly(1, 6, 11, 16, 20);
        assertThat(text(node.get("/v1/logs/divided/keys/key-1"))).isEqualTo("20");
        var plans = json(node.get("/v1/plans"));
        assertThat(plans.get("plans")).isNotEmpty();
        assertThat(plans.get("cutoverPause").get("count").intValue()).isPositive();
        assertThat(text(node.get("/metrics"))).contains("forelog_plans_cutover_pause_seconds_bucket");
        await().atMost(SOON).until(() -> json(node.get(location)).get("checks").size() == 4);
        assertThat(json(node.get(location)).get("checks"))
                .allMatch(check -> check.get("passed").booleanValue());
        assertThat(json(node.get(location)).get("pauseMillis").doubleValue()).isPositive();
    }

    @Test
    void appendsGoOnThroughSplitsAndMergesAndAreThereOnce() {
        node.put("/v1/logs/busy", "{\"shards\":1}");
        var over = new AtomicBoolean();
        var appended = new AtomicInteger();
        var values = new ArrayList<String>();
        var writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; !over.get(); i++) {
                var body = "{\"key\":\"key-" + i % 8 + "\",\"value\":" + i + "}";
                // A machine that is busy with other things may have no leader for a moment; nothing was appended then.
                var answer = await().pollDelay(Duration.ZERO)
                        .atMost(SOON)
                        .until(() -> node.append("busy", body), each -> each.statusCode() != 503);
                assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
                var at = json(answer).get("records").get(0);
                values.add(at.get("shard").intValue() + "/records/"
                        + at.get("offset").longValue());
                appended.incrementAndGet();
            }
        });

        await().atMost(SOON).until(() -> appended.get() > 3);
        split("busy", 0, "8000000000000000");
        split("busy", 1, "4000000000000000");
        merge("busy", 4, 2);
        over.set(true);
        writer.join();

        assertThat(values).doesNotHaveDuplicates().hasSizeGreaterThan(3);
        for (int i = 0; i < values.size(); i++) {
            assertThat(text(node.get("/v1/logs/busy/shards/" + values.get(i)))).isEqualTo(Integer.toString(i));
        }
        for (int key = 0; key < Math.min(8, values.size()); key++) {
            assertThat(history("busy", "key-" + key)).isSorted().hasSize((values.size() - key + 7) / 8);
        }
    }

    @Test
    void aRepeatAcrossASplitIsAnsweredAsTheFirstWas() {
        node.put("/v1/logs/repeated", "{\"shards\":1}");
        var body = "{\"records\":[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":2},{\"value\":3},"
                + "{\"key\":\"c\",\"value\":4},{\"value\":5},{\"key\":\"d\",\"value\":6}]}";
        // A node that has just begun may be too slow for the first answer; the sequence lets it be asked again.
        var first = await().atMost(SOON).until(() -> append("repeated", body, 0), answer -> answer.statusCode() == 201);

        split("repeated", 0, "8000000000000000");

        var repeat = append("repeated", body, 0);
        assertThat(repeat.statusCode()).as(text(repeat)).isEqualTo(201);
        assertThat(repeat.headers().firstValue("Duplicate")).hasValue("true");
        assertThat(json(repeat)).isEqualTo(json(first));
        assertThat(append("repeated", body, 1).headers().firstValue("Duplicate"))
                .isEmpty();
    }

    @Test
    void aRepeatAcrossAMergeIsAnsweredByEachParentAndTheRestIsAppendedOnce() {
        node.put("/v1/logs/joined", "{\"shards\":2}");
        var both = new StringBuilder();
        var lower = new StringBuilder();
        int lowers = 0;
        for (int i = 0; i < 12; i++) {
            var record = "{\"key\":\"key-" + i + "\",\"value\":" + i + "}";
            both.append(i == 0 ? "" : ",").append(record);
            if (json(node.get("/v1/logs/joined/route?key=key-" + i))
                            .get("shard")
                            .intValue()
                    == 0) {
                lower.append(lowers++ == 0 ? "" : ",").append(record);
            }
        }
        var all = "{\"records\":[" + both + "]}";
        var whole = append("joined", all, 0);
        assertThat(whole.statusCode()).as(text(whole)).isEqualTo(201);
        // Of the next request the lower shard took its part, and whoever sent it never heard of the other.
        var part = node.send(
                "POST",
                "/v1/logs/joined/shards/0/records",
                ("{\"records\":[" + lower + "]}").getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json",
                "Producer-Id",
                "p",
                "Producer-Epoch",
                "0",
                "Producer-Seq",
                "1");
        assertThat(part.statusCode()).as(text(part)).isEqualTo(201);

        merge("joined", 0, 1);

        var repeat = append("joined", all, 0);
        assertThat(repeat.headers().firstValue("Duplicate")).as(text(repeat)).hasValue("true");
        assertThat(json(repeat)).isEqualTo(json(whole));
        var completed = append("joined", all, 1);
        assertThat(completed.statusCode()).as(text(completed)).isEqualTo(201);
        assertThat(completed.headers().firstValue("Duplicate")).isEmpty();
        int expected = lowers;
        assertThat(json(completed).get("records"))
                .filteredOn(at -> at.get("shard").intValue() == 0)
                .hasSize(expected);
        assertThat(json(completed).get("records"))
                .filteredOn(at -> at.get("shard").intValue() == 2)
                .hasSize(12 - expected);
        split("joined", 2, "4000000000000000");
        var again = append("joined", all, 1);
        assertThat(again.headers().firstValue("Duplicate")).as(text(again)).hasValue("true");
        assertThat(json(again)).isEqualTo(json(completed));
        for (int i = 0; i < 12; i++) {
            assertThat(history("joined", "key-" + i)).containsExactly(i, i);
        }
    }

    @Test
    void whoeverRoutedToASealedShardIsToldItsChildren() {
        node.put("/v1/logs/routed", "{\"shards\":1}");
        node.append("routed", "{\"key\":\"a\",\"value\":1}");
        split("routed", 0, "8000000000000000");

        var refused = post("/v1/logs/routed/shards/0/records", "{\"key\":\"a\",\"value\":2}");

        assertThat(refused.statusCode()).isEqualTo(421);
        assertThat(json(refused).get("type").textValue()).isEqualTo("/problems/shard-sealed");
        assertThat(json(refused).get("children")).extracting(JsonNode::intValue).containsExactly(1, 2);
    }

    @Test
    void aRollbackBringsTheRangeBackAndASecondPlanForAShardIsAConflict() {
        node.put("/v1/logs/undone", "{\"shards\":1}");
        node.append("undone", "{\"key\":\"a\",\"value\":1}");
        var split = split("undone", 0, "8000000000000000");
        var again = post("/v1/logs/undone/shards/0/split", "{}");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(json(again).get("type").textValue()).isEqualTo("/problems/plan-conflict");

        assertThat(post("/v1/plans/" + split.get("id") + "/rollback", null).statusCode())
                .isEqualTo(200);

        awaitState("/v1/plans/" + split.get("id"), "ROLLED_BACK");
        var shards = json(node.get("/v1/logs/undone/shards")).get("shards");
        assertThat(shards).hasSize(4);
        assertThat(shards.get(3).get("state").textValue()).isEqualTo("OPEN");
        assertThat(shards.get(3).get("range").get("last").textValue()).isEqualTo("ffffffffffffffff");
        assertThat(post("/v1/plans/" + split.get("id") + "/cancel", null).statusCode())
                .isEqualTo(409);
        node.append("undone", "{\"key\":\"a\",\"value\":2}");
        assertThat(text(node.get("/v1/logs/undone/keys/a"))).isEqualTo("2");
    }

    private static JsonNode split(String log, int shard, String at) {
        var begun = post("/v1/logs/" + log + "/shards/" + shard + "/split", "{\"at\":\"" + at + "\"}");
        assertThat(begun.statusCode()).as(text(begun)).isEqualTo(202);
        return awaitState(begun.headers().firstValue("Location").orElseThrow(), "WATCH");
    }

    private static void merge(String log, int shard, int with) {
        var begun = post("/v1/logs/" + log + "/shards/" + shard + "/merge", "{\"with\":" + with + "}");
        assertThat(begun.statusCode()).as(text(begun)).isEqualTo(202);
        awaitState(begun.headers().firstValue("Location").orElseThrow(), "WATCH");
    }

    private static JsonNode awaitState(String plan, String state) {
        await().atMost(SOON)
                .until(() -> json(node.get(plan)).get("state").textValue().equals(state));
        return json(node.get(plan));
    }

    private static HttpResponse<byte[]> append(String log, String body, int sequence) {
        return node.append(
                log, body, "Producer-Id", "p", "Producer-Epoch", "0", "Producer-Seq", Integer.toString(sequence));
    }

    private static HttpResponse<byte[]> post(String path, @Nullable String body) {
        return body == null
                ? node.send("POST", path, null)
                : node.send("POST", path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    /** Returns the values of every record with a key, in order. */
    private static List<Integer> history(String log, String key) {
        return text(node.get("/v1/logs/" + log + "/keys/" + key + "/records?limit=10000"))
                .lines()
                .map(PlansContractTest::value)
                .toList();
    }

    private static int value(String line) {
        try {
            return JSON.readTree(line).get("value").intValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
