package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract says of reads, each row by a call over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadContractTest {

    private static final int RECORDS = 30;

    private NodeFixture node;

    /** One shard with 30 records: value n, key k0 to k4 by turns, timestamp 1,000,000 + 1,000 n. */
    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data);
        node.put("/v1/logs/run", "{\"shards\":1}");
        var lines = new StringBuilder();
        for (int n = 0; n < RECORDS; n++) {
            lines.append(
                    "{\"key\":\"k%d\",\"value\":%d,\"timestamp\":%d}\n".formatted(n % 5, n, 1_000_000 + 1_000 * n));
        }
        for (var line : lines.toString().split("\n")) {
            assertThat(node.append("run", line).statusCode()).isEqualTo(201);
        }
    }

    @AfterAll
    void end() {
        node.close();
    }

    @Test
    void aRecordIsImmutableAndSaysWhoAnswered() {
        var first = node.get("/v1/logs/run/shards/0/records/7");
        var second = node.get("/v1/logs/run/shards/0/records/7");

        assertThat(text(first)).isEqualTo("7");
        assertThat(first.headers().firstValue("ETag")).hasValue("\"0:7\"");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("private, max-age=31536000, immutable");
        assertThat(first.headers().firstValue("Record-Key")).hasValue("k2");
        assertThat(first.headers().firstValue("Record-Timestamp")).hasValue("1007000");
        assertThat(first.headers().firstValue("Cache-Status").orElseThrow()).startsWith("forelog");
        assertThat(second.headers().firstValue("Cache-Status")).hasValue("forelog-local; hit");
        assertThat(second.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {"\"0:7\" | 304", "W/\"0:7\" | 304", "\"x\", \"0:7\" | 304", "* | 304", "\"0:8\" | 200"})
    void aKnownRecordIsNotSentAgain(String tags, int status) {
        var response = node.get("/v1/logs/run/shards/0/records/7", "If-None-Match", tags);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("ETag")).hasValue("\"0:7\"");
    }

    @Test
    void headAnswersAsGetWithoutABody() {
        var head = node.send("HEAD", "/v1/logs/run/shards/0/records/7", null);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length")).hasValue("1");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/logs/run/shards/0/records/30, 404, no-such-record",
        "/v1/logs/run/shards/0/records/9999999, 404, no-such-record",
        "/v1/logs/run/shards/1/records/0, 404, no-such-shard",
        "/v1/logs/none/shards/0/records/0, 404, no-such-log",
        "/v1/logs/run/shards/0/records/x, 400, bad-request",
        "/v1/logs/run/shards/0/records/-1, 400, bad-request",
        "/v1/logs/run/shards/x/records/0, 400, bad-request",
        "/v1/logs/run/keys/nobody, 404, no-such-key",
        "/v1/logs/run/keys/nobody/records, 404, no-such-key",
        "/v1/logs/run/route, 400, bad-request",
        "/v1/logs/run/shards/0/records?from=never, 400, bad-request",
        "/v1/logs/run/shards/0/records?from=31, 404, no-such-record",
        "/v1/logs/run/shards/0/records?limit=0, 400, bad-request",
        "/v1/logs/run/shards/0/records?wait=5, 400, bad-request",
        "/v1/logs/run/shards/0/records?from=time:noon, 400, bad-request",
        "/v1/logs/run/keys/k1/records?order=up, 400, bad-request",
        "/v1/logs/run/keys/k1/records?cursor=zzz, 400, bad-request",
        "/v1/nothing, 404, not-found"
    })
    void whatIsNotThereOrMalformedIsToldApart(String path, int status, String slug) {
        var response = node.get(path);

        assertProblem(response, status, slug);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void aMissingRecordIsFoundOnceItIsAppended() {
        node.put("/v1/logs/late", "{\"shards\":1}");
        assertProblem(node.get("/v1/logs/late/shards/0/records/0"), 404, "no-such-record");

        node.append("late", "{\"value\":\"now\"}");

        assertThat(text(node.get("/v1/logs/late/shards/0/records/0"))).isEqualTo("\"now\"");
    }

    @Test
    void aRunBeginsAndEndsWhereAsked() {
        var run = node.get("/v1/logs/run/shards/0/records?from=10&limit=5");

        assertThat(values(run.body())).containsExactly(10, 11, 12, 13, 14);
        assertThat(run.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(run.headers().firstValue("Next-Offset")).hasValue("15");
        assertThat(run.headers().firstValue("High-Watermark")).hasValue("30");
        assertThat(run.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "earliest, 0, 30",
        "latest, 30, 0",
        "30, 30, 0",
        "time:1970-01-01T00:16:50Z, 10, 20",
        "time:2100-01-01T00:00:00Z, 30, 0"
    })
    void aRunBeginsByWordOffsetOrTime(String from, int first, int count) {
        var run = node.get("/v1/logs/run/shards/0/records?from=" + from);

        assertThat(run.statusCode()).isEqualTo(200);
        assertThat(values(run.body())).hasSize(count);
        assertThat(run.headers().firstValue("Next-Offset")).hasValue("30");
        if (count > 0) {
            assertThat(values(run.body()).getFirst()).isEqualTo(first);
        }
    }

    @Test
    void bytesBoundARunButAtLeastOneRecordComes() {
        assertThat(values(node.get("/v1/logs/run/shards/0/records?from=20&bytes=1")
                        .body()))
                .containsExactly(20);
    }

    @Test
    void aRunAsJsonTellsWhereToGoOn() {
        var run = json(node.get("/v1/logs/run/shards/0/records?limit=2", "Accept", "application/json"));

        assertThat(run.get("records")).hasSize(2);
        assertThat(run.get("next").longValue()).isEqualTo(2);
        var record = run.get("records").get(1);
        assertThat(record.get("shard").intValue()).isZero();
        assertThat(record.get("offset").longValue()).isEqualTo(1);
        assertThat(record.get("key").textValue()).isEqualTo("k1");
        assertThat(record.get("timestamp").longValue()).isEqualTo(1_001_000);
        assertThat(record.get("headers").isObject()).isTrue();
        assertThat(record.get("value").intValue()).isEqualTo(1);
    }

    @Test
    void aRunAsBatchesHoldsWhatWasAskedFor() {
        var run = node.get("/v1/logs/run/shards/0/records?from=3&limit=4", "Accept", "application/vnd.forelog.batch");

        var batches = RecordBatch.parseAll(ByteBuffer.wrap(run.body()));
        assertThat(batches.getFirst().baseOffset()).isLessThanOrEqualTo(3);
        assertThat(batches.getLast().endOffset()).isGreaterThanOrEqualTo(7);
        assertThat(node.get("/v1/logs/run/shards/0/records?from=30", "Accept", "application/vnd.forelog.batch")
                        .body())
                .isEmpty();
    }

    @Test
    void aWaitingRunIsAnsweredWhenARecordComes() throws Exception {
        node.put("/v1/logs/waited", "{\"shards\":1}");
        var waiting = CompletableFuture.supplyAsync(
                () -> node.get("/v1/logs/waited/shards/0/records?from=latest&wait=PT20S"));

        while (!waiting.isDone()) {
            node.append("waited", "{\"value\":\"come\"}");
        }

        assertThat(text(waiting.get())).contains("\"come\"");
    }

    @Test
    void aWaitingRunEndsEmptyWhenNothingComes() {
        var run = node.get("/v1/logs/run/shards/0/records?from=latest&wait=PT0.05S");

        assertThat(run.statusCode()).isEqualTo(200);
        assertThat(run.body()).isEmpty();
    }

    @Test
    void manyAreReadInTheOrderAskedEachWithItsOwnOutcome() {
        var response = node.send(
                "POST",
                "/v1/logs/run/read",
                "{\"addresses\":[\"0:9\",\"0:99\",\"0:2\",\"5:0\",\"0:9\"]}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");

        var records = json(response).get("records");
        assertThat(records).hasSize(5);
        assertThat(records.get(0).get("value").intValue()).isEqualTo(9);
        assertThat(records.get(1).get("problem").get("type").textValue()).isEqualTo("/problems/no-such-record");
        assertThat(records.get(2).get("value").intValue()).isEqualTo(2);
        assertThat(records.get(3).get("problem").get("type").textValue()).isEqualTo("/problems/no-such-shard");
        assertThat(records.get(4)).isEqualTo(records.get(0));
    }

    @Test
    void eachOfManyCountsAsAReadOfItsShard() {
        long before = reads();

        node.send(
                "POST",
                "/v1/logs/run/read",
                "{\"addresses\":[\"0:1\",\"0:99\",\"0:3\",\"0:1\"]}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");

        assertThat(reads()).isEqualTo(before + 2);
    }

    private long reads() {
        return json(node.get("/v1/logs/run")).get("totals").get("reads").longValue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{\"addresses\":5}", "{\"addresses\":[5]}", "{\"addresses\":[\"x\"]}", "no"})
    void wrongAddressesAreRefused(String body) {
        assertProblem(
                node.send(
                        "POST",
                        "/v1/logs/run/read",
                        body.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json"),
                400,
                "bad-request");
    }

    @Test
    void theNewestRecordOfAKeyIsFoundAndMayNotBeKept() {
        var newest = node.get("/v1/logs/run/keys/k3");

        assertThat(text(newest)).isEqualTo("28");
        assertThat(newest.headers().firstValue("ETag")).hasValue("\"0:28\"");
        assertThat(newest.headers().firstValue("Cache-Control").orElseThrow()).contains("no-cache");
    }

    @Test
    void aKeysHistoryIsPagedInBothDirections() {
        assertThat(pages("asc", 4)).containsExactly(2, 7, 12, 17, 22, 27);
        assertThat(pages("desc", 4)).containsExactly(27, 22, 17, 12, 7, 2);
        assertThat(pages("asc", 1)).containsExactly(2, 7, 12, 17, 22, 27);
        assertThat(pages("desc", 100)).containsExactly(27, 22, 17, 12, 7, 2);
    }

    private List<Integer> pages(String order, int limit) {
        var values = new ArrayList<Integer>();
        var query = "/v1/logs/run/keys/k2/records?order=" + order + "&limit=" + limit;
        var page = node.get(query);
        values.addAll(values(page.body()));
        while (page.headers().firstValue("Next-Cursor").isPresent()) {
            page = node.get(query + "&cursor="
                    + page.headers().firstValue("Next-Cursor").get());
            values.addAll(values(page.body()));
        }
        return values;
    }

    @Test
    void theShardMapCoversTheHashSpace() {
        node.put("/v1/logs/mapped", "{\"shards\":3}");

        var map = json(node.get("/v1/logs/mapped/shards"));

        assertThat(map.get("version").longValue()).isPositive();
        assertThat(map.get("shards")).hasSize(3);
        assertThat(map.get("shards").get(0).get("range").get("from").textValue())
                .isEqualTo("0000000000000000");
        assertThat(map.get("shards").get(0).get("range").get("last").textValue())
                .isEqualTo("5555555555555554");
        assertThat(map.get("shards").get(2).get("range").get("last").textValue())
                .isEqualTo("ffffffffffffffff");
        for (JsonNode shard : map.get("shards")) {
            assertThat(shard.fieldNames())
                    .toIterable()
                    .contains(
                            "shard",
                            "state",
                            "range",
                            "epoch",
                            "leader",
                            "replicas",
                            "parents",
                            "children",
                            "startOffset",
                            "highWatermark",
                            "bytes");
        }
        assertThat(json(node.get("/v1/logs/mapped/shards/1")).has("statistics")).isTrue();
        assertThat(json(node.get("/v1/logs/mapped/route?key=a")).fieldNames())
                .toIterable()
                .contains("shard", "epoch", "leader", "mapVersion");
    }

    private static List<Integer> values(byte[] ndjson) {
        var values = new ArrayList<Integer>();
        for (var line : new String(ndjson, StandardCharsets.UTF_8).split("\n")) {
            if (!line.isEmpty()) {
                try {
                    values.add(new ObjectMapper().readTree(line).get("value").intValue());
                } catch (IOException e) {
                    throw new AssertionError(line, e);
                }
            }
        }
        return values;
    }
}
