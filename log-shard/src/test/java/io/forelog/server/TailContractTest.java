package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tails by server-sent events and named cursors: what is given, resumed, refused, and who is cut off. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TailContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data, "http.tailSlowMax=PT1S", "http.tailHeartbeat=PT0.2S", "http.tailsMax=300");
    }

    @AfterAll
    void end() {
        client.close();
        node.close();
    }

    @Test
    void aTailIsSentWhatIsThereAndThenWhatComes() throws Exception {
        create("first", 3);
        append("first", 0, 50);

        try (var tail = tail("first", "?from=earliest")) {
            await().until(() -> tail.events().size() == 50);
            append("first", 50, 100);
            await().until(() -> tail.events().size() == 100);

            assertThat(values(tail)).containsExactlyInAnyOrderElementsOf(numbers(0, 100));
            assertThat(tail.events().getFirst().type()).isEqualTo("message");
            assertThat(event(tail, 0).fieldNames())
                    .toIterable()
                    .contains("shard", "offset", "key", "timestamp", "headers", "value");
        }
    }

    @Test
    void aTailThatSaysNothingBeginsAtTheEnd() throws Exception {
        create("late", 2);
        append("late", 0, 10);

        try (var tail = tail("late", "")) {
            await().until(() -> tail.lastId() != null);
            append("late", 10, 12);
            await().until(() -> tail.events().size() == 2);

            assertThat(values(tail)).containsExactlyInAnyOrder(10, 11);
        }
    }

    /** Cut off and resumed at any event, while records come: each record once, none missing. */
    @Test
    void aTailResumesWithoutAGapOrARepeat() throws Exception {
        create("resumed", 4);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var writing = CompletableFuture.runAsync(() -> append("resumed", 0, 600));

        var got = new ArrayList<Integer>();
        String id = null;
        while (got.size() < 600) {
            int wanted = Math.min(1 + random.nextInt(80), 600 - got.size());
            try (var tail = id == null
                    ? tail("resumed", "?from=earliest")
                    : TailClient.open(client, node.url() + "/v1/logs/resumed/tail", "Last-Event-ID", id)) {
                await().until(() -> tail.events().size() >= wanted);
                for (var event : List.copyOf(tail.events()).subList(0, wanted)) {
                    got.add(JSON.readTree(event.data()).get("value").intValue());
                    id = event.id();
                }
            }
        }
        writing.join();

        assertThat(got).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(numbers(0, 600));
    }

    @Test
    void aTailCutOffBeforeItsFirstEventResumesWhereItBegan() throws Exception {
        create("quiet", 2);
        String id;
        try (var tail = tail("quiet", "?from=latest")) {
            await().until(() -> tail.lastId() != null);
            id = tail.lastId();
        }
        append("quiet", 0, 5);

        try (var tail = TailClient.open(client, node.url() + "/v1/logs/quiet/tail", "Last-Event-ID", id)) {
            await().until(() -> tail.events().size() == 5);
        }
    }

    @Test
    void aTailOfOneKeyOrOneShardIsSentNothingElse() throws Exception {
        create("some", 4);
        try (var byKey = tail("some", "?from=earliest&key=k3");
                var byShard = tail("some", "?from=earliest&shard=1")) {
            append("some", 0, 70);
            var offsets = json(node.get("/v1/logs/some/shards/1"))
                    .get("highWatermark")
                    .intValue();
            await().until(() -> byKey.events().size() == 10 && byShard.events().size() == offsets);

            assertThat(values(byKey)).containsExactly(3, 10, 17, 24, 31, 38, 45, 52, 59, 66);
            assertThat(byShard.events()).allSatisfy(event -> assertThat(
                            JSON.readTree(event.data()).get("shard").intValue())
                    .isEqualTo(1));
            assertThat(byKey.lastId()).isNotNull();
            try (var resumed = TailClient.open(
                    client,
                    node.url() + "/v1/logs/some/tail?key=k3",
                    "Last-Event-ID",
                    byKey.events().get(4).id())) {
                await().until(() -> resumed.events().size() == 5);
                assertThat(values(resumed)).containsExactly(38, 45, 52, 59, 66);
            }
        }
    }

    @Test
    void aQuietTailIsKeptAliveByComments() throws Exception {
        create("still", 1);
        try (var tail = tail("still", "")) {
            await().until(() -> tail.comments().contains(": heartbeat"));
        }
    }

    @Test
    void aTailOfADeletedLogIsToldAndEnded() throws Exception {
        create("gone", 2);
        try (var tail = tail("gone", "")) {
            await().until(() -> tail.comments().contains(": heartbeat"));
            node.send("DELETE", "/v1/logs/gone", null);
            await().until(tail::hasEnded);

            assertThat(tail.events().getLast().type()).isEqualTo("problem");
            assertThat(tail.events().getLast().data()).contains("/problems/no-such-log");
        }
    }

    /** Two hundred tails at once, each with every record once; the node has no thread more for them. */
    @Test
    void manyTailsAreServedWithoutAThreadEach() throws Exception {
        create("many", 4);
        int threads = Thread.activeCount();
        var tails = new ArrayList<TailClient>();
        try {
            for (int i = 0; i < 200; i++) {
                tails.add(tail("many", "?from=earliest"));
            }
            append("many", 0, 100);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> tails.stream().allMatch(tail -> tail.events().size() == 100));

            assertThat(tails).allSatisfy(tail -> assertThat(values(tail)).doesNotHaveDuplicates());
            assertThat(Thread.activeCount()).isLessThan(threads + 20);
        } finally {
            tails.forEach(TailClient::close);
        }
    }

    /** It neither holds up others nor fills the node's memory. */
    @Test
    void aReaderThatTakesNothingIsCutOffAndOthersGoOn() throws Exception {
        create("slow", 1);
        var url = URI.create(node.url());
        try (var slow = new Socket();
                var fast = tail("slow", "?from=earliest")) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new java.net.InetSocketAddress(url.getHost(), url.getPort()));
            slow.getOutputStream()
                    .write("GET /v1/logs/slow/tail?from=earliest HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            var value = "x".repeat(100_000);
            for (int i = 0; i < 150; i++) {
                node.append("slow", "{\"value\":\"" + value + "\"}");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> fast.events().size() == 150);
            await().atMost(Duration.ofSeconds(20)).until(() -> cutOff() > 0);
        }
    }

    private double cutOff() {
        return NodeFixture.text(node.get("/metrics"))
                .lines()
                .filter(line -> line.startsWith("forelog_tails_cut_off"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/logs/none/tail, 404, no-such-log", "/v1/logs/there/tail?shard=7, 404, no-such-shard",
        "/v1/logs/there/tail?from=noon, 400, bad-request", "/v1/logs/there/tail?from=5, 400, bad-request",
        "/v1/logs/there/tail?shard=0&from=5, 404, no-such-record", "/v1/logs/none/cursors/c/records, 404, no-such-log",
        "/v1/logs/there/cursors/c/records?limit=0, 400, bad-request",
                "/v1/logs/there/cursors/a%20b/records, 400, bad-request",
        "/v1/logs/there/cursors/c/records?cursor=x, 400, bad-request",
                "/v1/logs/there/cursors/unknown, 404, no-such-cursor"
    })
    void whatCannotBeReadOnIsToldBeforeItBegins(String path, int status, String slug) {
        create("there", 1);

        assertProblem(node.get(path), status, slug);
    }

    @Test
    void anIdOfAnotherLogIsRefused() throws Exception {
        create("mine", 1);
        create("other", 1);
        String id;
        try (var tail = tail("other", "")) {
            await().until(() -> tail.lastId() != null);
            id = tail.lastId();
        }

        assertProblem(node.get("/v1/logs/mine/tail", "Last-Event-ID", id), 400, "bad-request");
        assertProblem(node.get("/v1/logs/mine/tail", "Last-Event-ID", "junk"), 400, "bad-request");
    }

    @Test
    void aCursorReadsOnFromWhatWasCommittedAlsoAfterARestart(@TempDir Path data) throws Exception {
        try (var own = NodeFixture.start(data)) {
            own.put("/v1/logs/read", "{\"shards\":3}");
            for (int i = 0; i < 30; i++) {
                own.append("read", "{\"key\":\"k" + i + "\",\"value\":" + i + "}");
            }
            var path = "/v1/logs/read/cursors/reader";

            var first = own.get(path + "/records?limit=12");
            var again = own.get(path + "/records?limit=12");
            var next = first.headers().firstValue("Next-Cursor").orElseThrow();
            var committed = own.put(path, "{\"position\":\"" + next + "\"}");
            own.restart();
            var second = own.get(path + "/records", "Accept", "application/json");

            assertThat(first.body()).isEqualTo(again.body());
            assertThat(committed.statusCode()).isEqualTo(201);
            assertThat(json(own.get(path)).get("position").textValue()).isEqualTo(next);
            assertThat(json(second).get("records")).hasSize(18);
            var all = new ArrayList<Integer>();
            NodeFixture.text(first)
                    .lines()
                    .forEach(line -> all.add(parse(line).get("value").intValue()));
            json(second)
                    .get("records")
                    .forEach(record -> all.add(record.get("value").intValue()));
            assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(0, 30));
            assertThat(own.put(path, "{\"next\":\"" + json(second).get("next").textValue() + "\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(own.get(path + "/records").body()).isEmpty();
            assertThat(own.send("DELETE", path, null).statusCode()).isEqualTo(204);
            assertThat(NodeFixture.text(own.get(path + "/records")).lines()).hasSize(30);
        }
    }

    /** A call that its caller gave up, and made again, comes after the next one. */
    @Test
    void aCommitThatComesTooLateUndoesNothing() {
        create("late", 1);
        for (int i = 0; i < 30; i++) {
            node.append("late", "{\"value\":" + i + "}");
        }
        var path = "/v1/logs/late/cursors/reader";
        var first = position(node.get(path + "/records?limit=10"));
        var second = position(node.get(path + "/records?limit=10&cursor=" + first));

        assertThat(commit(path, first, "\"\"").statusCode()).isEqualTo(201);
        assertThat(commit(path, first, "\"\"").statusCode()).isEqualTo(200);
        assertThat(commit(path, second, "\"\",\"" + first + "\"").statusCode()).isEqualTo(200);
        var late = commit(path, first, "\"\"");

        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(json(late).get("type").textValue()).endsWith("cursor-moved");
        assertThat(json(late).get("position").textValue()).isEqualTo(second);
        assertThat(json(node.get(path)).get("position").textValue()).isEqualTo(second);
        assertThat(node.put(path, "{\"position\":\"" + first + "\"}").statusCode())
                .isEqualTo(200);
        assertThat(commit(path, second, "\"x\"").statusCode()).isEqualTo(400);
        assertThat(node.put(path, "{\"position\":\"" + first + "\",\"after\":[]}")
                        .statusCode())
                .isEqualTo(400);
    }

    private static String position(HttpResponse<byte[]> records) {
        return records.headers().firstValue("Next-Cursor").orElseThrow();
    }

    private HttpResponse<byte[]> commit(String path, String position, String after) {
        return node.put(path, "{\"position\":\"" + position + "\",\"after\":[" + after + "]}");
    }

    @Test
    void aWaitingCursorIsAnsweredWhenARecordComes() {
        create("awaited", 3);
        node.put("/v1/logs/awaited/cursors/c", "{\"from\":\"latest\"}");
        var waiting = CompletableFuture.supplyAsync(() -> node.get("/v1/logs/awaited/cursors/c/records?wait=PT20S"));

        while (!waiting.isDone()) {
            node.append("awaited", "{\"value\":1}");
        }

        assertThat(waiting.join().body()).isNotEmpty();
        assertThat(node.get("/v1/logs/awaited/cursors/d/records?cursor="
                                + waiting.join()
                                        .headers()
                                        .firstValue("Next-Cursor")
                                        .orElseThrow())
                        .statusCode())
                .isEqualTo(200);
    }

    private TailClient tail(String log, String query) throws Exception {
        return TailClient.open(client, node.url() + "/v1/logs/" + log + "/tail" + query);
    }

    private void create(String log, int shards) {
        node.put("/v1/logs/" + log, "{\"shards\":" + shards + ",\"fsync\":\"interval\"}");
    }

    private void append(String log, int from, int end) {
        for (int i = from; i < end; i++) {
            assertThat(node.append(log, "{\"key\":\"k" + i % 7 + "\",\"value\":" + i + "}")
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    private static List<Integer> numbers(int from, int end) {
        return java.util.stream.IntStream.range(from, end).boxed().toList();
    }

    private static List<Integer> values(TailClient tail) {
        return tail.events().stream()
                .map(event -> parse(event.data()).get("value").intValue())
                .toList();
    }

    private static JsonNode event(TailClient tail, int index) {
        return parse(tail.events().get(index).data());
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }
}
