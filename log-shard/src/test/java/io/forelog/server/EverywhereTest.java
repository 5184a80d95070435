package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, and logs with one replica of each shard: whatever is read on is for the most part on another node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EverywhereTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<NodeFixture> nodes = new ArrayList<>();
    private SpanCollector collector;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        collector = SpanCollector.start();
        nodes.add(node(data, "n1", ""));
        var founder = nodes.getFirst().url().substring("http://".length());
        nodes.add(node(data, "n2", founder));
        nodes.add(node(data, "n3", founder));
    }

    /** With patience for a machine that is busy. */
    private NodeFixture node(Path data, String name, String join) throws IOException {
        return NodeFixture.start(
                data.resolve(name),
                "node.name=" + name,
                "cluster.join=" + join,
                "append.timeout=PT25S",
                "read.timeout=PT25S",
                "traces.percent=0",
                collector.setting());
    }

    @AfterAll
    void end() {
        client.close();
        nodes.reversed().forEach(NodeFixture::close);
        collector.close();
    }

    @Test
    void whatOtherNodesDoForACallIsOfItsTrace() {
        create("traced");
        append("traced", 0, 20);
        var appended = "0af7651916cd43dd8448eb211c80319c";
        var read = "1bf7651916cd43dd8448eb211c80319c";

        for (int shard = 0; shard < 6; shard++) {
            var records = "/v1/logs/traced/shards/" + shard + "/records";
            var sent = nodes.getFirst()
                    .send(
                            "POST",
                            records,
                            "{\"value\":1}".getBytes(UTF_8),
                            "Content-Type",
                            "application/json",
                            "traceparent",
                            "00-" + appended + "-b7ad6b7169203331-01");
            assertThat(sent.statusCode()).isEqualTo(201);
            nodes.getFirst().get(records + "/0", "traceparent", "00-" + read + "-b7ad6b7169203331-01");
        }

        for (var node : List.of("n1", "n2", "n3")) {
            await().atMost(SOON).until(() -> collector.has(node, appended) && collector.has(node, read));
        }
    }

    @Test
    void aTailOnAnyNodeIsSentEveryRecordOnceInTheOrderOfItsKey() throws Exception {
        create("tailed");
        append("tailed", 0, 40);
        var tails = new ArrayList<TailClient>();
        try {
            for (var node : nodes) {
                tails.add(TailClient.open(client, node.url() + "/v1/logs/tailed/tail?from=earliest"));
                tails.add(TailClient.open(client, node.url() + "/v1/logs/tailed/tail?from=earliest&key=k3"));
            }
            append("tailed", 40, 140);

            for (int i = 0; i < tails.size(); i += 2) {
                var all = tails.get(i);
                var ofOneKey = tails.get(i + 1);
                await().atMost(SOON)
                        .until(() ->
                                all.events().size() >= 140 && ofOneKey.events().size() >= 20);
                assertThat(values(all)).containsExactlyInAnyOrderElementsOf(numbers(0, 140));
                for (int key = 0; key < 7; key++) {
                    int wanted = key;
                    assertThat(values(all).stream().filter(value -> value % 7 == wanted))
                            .isSorted();
                }
                assertThat(values(ofOneKey))
                        .isEqualTo(numbers(0, 140).stream()
                                .filter(value -> value % 7 == 3)
                                .toList());
            }
        } finally {
            tails.forEach(TailClient::close);
        }
    }

    @Test
    void whatOneNodeHasMadeEveryOtherKnowsWhenItIsAsked() {
        for (int i = 0; i < 10; i++) {
            var log = "/v1/logs/fresh-" + i;
            nodes.get(i % 3).put(log, "{\"shards\":1}");

            assertThat(nodes.get((i + 1) % 3).get(log).statusCode()).isEqualTo(200);
            assertThat(nodes.get((i + 2) % 3)
                            .append("fresh-" + i, "{\"value\":1}")
                            .statusCode())
                    .isIn(201, 503);
        }
        assertThat(nodes.getLast().get("/v1/logs/nobody-made-this").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTailIsResumedOnAnotherNodeWhereItEnded() throws Exception {
        create("resumed");
        append("resumed", 0, 30);
        String id;
        var read = new ArrayList<Integer>();
        try (var tail = TailClient.open(client, nodes.get(0).url() + "/v1/logs/resumed/tail?from=earliest")) {
            await().atMost(SOON).until(() -> tail.events().size() >= 13);
            List.copyOf(tail.events()).subList(0, 13).forEach(event -> read.add(value(event.data())));
            id = tail.events().get(12).id();
        }
        append("resumed", 30, 50);

        try (var tail = TailClient.open(client, nodes.get(2).url() + "/v1/logs/resumed/tail", "Last-Event-ID", id)) {
            await().atMost(SOON).until(() -> tail.events().size() >= 37);
            read.addAll(values(tail));
        }

        assertThat(read).containsExactlyInAnyOrderElementsOf(numbers(0, 50));
    }

    @Test
    void aTailThatBeginsAtTheEndMissesNothingThatIsAppendedAfterItBegan() throws Exception {
        create("late");
        append("late", 0, 20);
        for (var node : nodes) {
            try (var tail = TailClient.open(client, node.url() + "/v1/logs/late/tail")) {
                await().atMost(SOON).until(() -> tail.lastId() != null);
                append("late", 100, 110);
                await().atMost(SOON).until(() -> tail.events().size() >= 10);
                assertThat(values(tail)).containsExactlyInAnyOrderElementsOf(numbers(100, 110));
            }
        }
    }

    /** Each step through another node, which sees all that was acknowledged before it, wherever. */
    @Test
    void aCursorIsReadOnThroughWhicheverNode() {
        create("read");
        var read = new ArrayList<Integer>();
        for (int round = 0; round < 9; round++) {
            append("read", round * 10, round * 10 + 10);
            var node = nodes.get(round % nodes.size());
            var answer = node.get("/v1/logs/read/cursors/c/records?limit=1000");
            assertThat(answer.statusCode()).as(NodeFixture.text(answer)).isEqualTo(200);
            NodeFixture.text(answer).lines().forEach(line -> read.add(value(line)));
            assertThat(read).hasSize(round * 10 + 10);
            var next = answer.headers().firstValue("Next-Cursor").orElseThrow();
            assertThat(node.put("/v1/logs/read/cursors/c", "{\"position\":\"" + next + "\"}")
                            .statusCode())
                    .isLessThan(300);
            await().atMost(SOON).until(() -> nodes.stream().allMatch(each -> json(each.get("/v1/logs/read/cursors/c"))
                    .path("position")
                    .asText()
                    .equals(next)));
        }
        assertThat(read).isEqualTo(read.stream().distinct().toList()).hasSize(90);
    }

    @Test
    void aWaitingCursorIsAnsweredWhenARecordComesOnAnotherNode() {
        create("awaited");
        for (var node : nodes) {
            node.put("/v1/logs/awaited/cursors/" + nodes.indexOf(node), "{\"from\":\"latest\"}");
            var waiting = CompletableFuture.supplyAsync(
                    () -> node.get("/v1/logs/awaited/cursors/" + nodes.indexOf(node) + "/records?wait=PT30S"));
            while (!waiting.isDone()) {
                append("awaited", 0, 7);
            }
            assertThat(waiting.join().body()).isNotEmpty();
        }
    }

    /** The former self goes on through its own node, on a shard that the new one never appended to. */
    @Test
    void aHigherEpochFencesTheLowerOneOnEveryShardWhetherItAppendedThereOrNot() {
        create("fenced");
        var old = nodes.get(0);
        for (int sequence = 0; sequence < 6; sequence++) {
            assertThat(append(old, "fenced", sequence, 1, sequence).statusCode()).isEqualTo(201);
        }

        assertThat(append(nodes.get(1), "fenced", 0, 2, 0).statusCode()).isEqualTo(201);

        for (int key = 0; key < 7; key++) {
            var refused = append(old, "fenced", key, 1, 6);
            assertThat(refused.statusCode()).as(NodeFixture.text(refused)).isEqualTo(403);
            assertThat(NodeFixture.text(refused)).contains("/problems/producer-fenced");
        }
        assertThat(json(old.get("/v1/logs/fenced")).at("/totals/records").asInt())
                .isEqualTo(7);
        assertThat(append(nodes.get(2), "fenced", 3, 2, 1).statusCode()).isEqualTo(201);
    }

    /**
     * Of the node that takes the new epoch no one knows how much it knows of the split; its children are told all the
     * same.
     */
    @Test
    void childrenOfASplitFenceWhatTheirParentDidNotYet() throws Exception {
        create("fenced-split");
        var old = nodes.get(0);
        assertThat(append(old, "fenced-split", 0, 1, 0).statusCode()).isEqualTo(201);
        var parent = json(old.get("/v1/logs/fenced-split/route?key=k0")).get("shard").asInt();
        var split = old.send("POST", "/v1/logs/fenced-split/shards/" + parent + "/split", new byte[0]);
        assertThat(split.statusCode()).as(NodeFixture.text(split)).isEqualTo(202);
        await().atMost(SOON).until(() -> json(old.get("/v1/logs/fenced-split/route?key=k0"))
                        .get("shard")
                        .asInt()
                != parent);

        var taken = append(nodes.get(1), "fenced-split", 1, 2, 0);

        assertThat(taken.statusCode()).as(NodeFixture.text(taken)).isEqualTo(201);
        for (int key = 0; key < 7; key++) {
            var refused = append(old, "fenced-split", key, 1, 1);
            assertThat(refused.statusCode()).as(NodeFixture.text(refused)).isEqualTo(403);
        }
    }

    private static HttpResponse<byte[]> append(NodeFixture node, String log, int key, int epoch, int sequence) {
        return node.append(
                log,
                "{\"key\":\"k" + key + "\",\"value\":" + sequence + "}",
                "Producer-Id",
                "writer",
                "Producer-Epoch",
                Integer.toString(epoch),
                "Producer-Seq",
                Integer.toString(sequence));
    }

    /** Each node tells of all: what it cannot know itself it asks, and says who did not answer. */
    @Test
    void whatEachNodeAloneKnowsIsToldByAny() {
        create("counted");
        append("counted", 0, 21);
        nodes.forEach(node -> await().atMost(SOON)
                .until(() -> node.get("/v1/logs/counted/keys/k3").statusCode() == 200));
        for (var node : nodes) {
            await().atMost(SOON).untilAsserted(() -> {
                var list = json(node.get("/v1/nodes"));
                assertThat(list.get("nodes")).hasSize(3).allSatisfy(each -> {
                    assertThat(each.at("/cpu/cores").asInt()).isPositive();
                    assertThat(each.at("/disk/total").asLong()).isPositive();
                    assertThat(each.has("network")).isTrue();
                });
                assertThat(list.get("unanswered")).isEmpty();
                assertThat(json(node.get("/v1/nodes/n2")).at("/memory/total").asLong())
                        .isPositive();
                var heat = json(node.get("/v1/heat?log=counted"));
                assertThat(heat.get("unanswered")).isEmpty();
                assertThat(heat.get("heat")).hasSize(6);
                assertThat(json(node.get("/v1/forecasts?log=counted&shard=0")).get("forecasts"))
                        .hasSize(1);
                assertThat(json(node.get("/v1/decisions")).get("unanswered")).isEmpty();
                var hottest = json(node.get("/v1/analytics/hot-keys?log=counted&limit=1"))
                        .get("keys");
                assertThat(hottest).hasSize(1);
                assertThat(hottest.at("/0/key").asText()).isEqualTo("k3");
                assertThat(hottest.at("/0/reads").asLong()).isEqualTo(3);
            });
        }
    }

    /** Last, for it takes a node away. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whatIsOnANodeThatIsDownIsToldApartFromWhatIsNot() throws Exception {
        create("parted");
        append("parted", 0, 7);
        var left = nodes.getFirst();
        left.set("append.timeout", "PT1S");
        left.set("read.timeout", "PT1S");
        left.restart();
        var producer = new String[] {"Producer-Id", "1", "Producer-Epoch", "0", "Producer-Seq", "0"};
        await().atMost(SOON)
                .until(() -> left.append("parted", everyKey(), producer).statusCode() == 201);
        nodes.getLast().stop();

        await().atMost(SOON).untilAsserted(() -> {
            var parted = left.append("parted", everyKey());
            assertProblem(parted, 503, "partially-appended");
            assertThat(json(parted).get("retryable").booleanValue()).isTrue();
            assertThat(json(parted).get("appended").size() + json(parted).get("failed").size())
                    .isEqualTo(7);
            assertThat(json(parted).get("appended")).isNotEmpty().allSatisfy(record -> {
                assertThat(record.has("shard") && record.has("offset")).isTrue();
            });
            var failed = json(parted).get("failed");
            assertThat(failed).isNotEmpty();
            var away = "/v1/logs/parted/shards/" + failed.get(0).get("shard") + "/records";
            assertThat(failed.get(0).get("type").textValue()).isEqualTo("/problems/no-leader");
            var refused = left.send("POST", away, "1".getBytes(UTF_8), "Content-Type", "text/plain");
            assertProblem(refused, 503, "no-leader");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertProblem(left.get(away), 503, "no-leader");
        });
    }

    private static String everyKey() {
        return IntStream.range(0, 7)
                .mapToObj(i -> "{\"key\":\"k" + i + "\",\"value\":" + i + "}")
                .collect(Collectors.joining(",", "{\"records\":[", "]}"));
    }

    private void create(String log) {
        assertThat(nodes.getFirst()
                        .put("/v1/logs/" + log, "{\"shards\":6,\"replicas\":1}")
                        .statusCode())
                .isEqualTo(201);
        await().atMost(SOON).until(() -> nodes.stream()
                .allMatch(node -> node.get("/v1/logs/" + log).statusCode() == 200));
    }

    private void append(String log, int from, int end) {
        for (int i = from; i < end; i++) {
            var answer = nodes.get(i % nodes.size()).append(log, "{\"key\":\"k" + i % 7 + "\",\"value\":" + i + "}");
            assertThat(answer.statusCode()).as(NodeFixture.text(answer)).isEqualTo(201);
        }
    }

    private static List<Integer> numbers(int from, int end) {
        return IntStream.range(from, end).boxed().toList();
    }

    private static List<Integer> values(TailClient tail) {
        return tail.events().stream().map(event -> value(event.data())).toList();
    }

    private static int value(String line) {
        try {
            return JSON.readTree(line).get("value").intValue();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
