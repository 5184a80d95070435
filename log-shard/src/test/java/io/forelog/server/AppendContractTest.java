package io.forelog.server;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract says of appends, each row by a call over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppendContractTest {

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data, "http.bodyBytesMax=2MiB", "http.batchRecordsMax=1000");
        assertThat(node.put("/v1/logs/orders", "{}").statusCode()).isEqualTo(201);
        assertThat(node.put("/v1/logs/single", "{\"shards\":1}").statusCode()).isEqualTo(201);
        assertThat(node.put("/v1/logs/small", "{\"valueBytesMax\":10}").statusCode())
                .isEqualTo(201);
        assertThat(node.put("/v1/logs/prefixed", "{\"keyDelimiter\":\"/\",\"shards\":16}")
                        .statusCode())
                .isEqualTo(201);
    }

    @AfterAll
    void end() {
        node.close();
    }

    @Test
    void oneRecordIsAnsweredWithItsAddressAndLocation() {
        var response = node.append("orders", "{\"key\":\"k\",\"value\":{\"a\": 1}}");

        assertThat(response.statusCode()).isEqualTo(201);
        var address = json(response).get("records").get(0);
        assertThat(response.headers().firstValue("Location"))
                .hasValue("/v1/logs/orders/shards/" + address.get("shard") + "/records/" + address.get("offset"));
        assertThat(text(node.get(response.headers().firstValue("Location").orElseThrow())))
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void addressesComeInTheOrderSent() {
        var response = node.append("single", "{\"records\":[{\"value\":1},{\"value\":2},{\"value\":3}]}");

        var records = json(response).get("records");
        long first = records.get(0).get("offset").longValue();
        assertThat(records)
                .extracting(record -> record.get("offset").longValue())
                .containsExactly(first, first + 1, first + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "\"\"",
                "0",
                "-1.50",
                "1e400",
                "\"\\u00e9\"",
                "[ ]",
                "{ \"a\" : [ 1 , { } ] }",
                "\"a \\\" b\""
            })
    void jsonValueIsKeptAsItsCompactText(String value) {
        var response = node.append("orders", "{ \"value\" : " + value + " , \"key\":\"x\"}");

        assertThat(response.statusCode()).as(text(response)).isEqualTo(201);
        var stored = node.get(response.headers().firstValue("Location").orElseThrow());
        var spaceless = value.startsWith("\"") ? value : value.replace(" ", "");
        assertThat(text(stored)).isEqualTo(spaceless);
        assertThat(stored.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void ndjsonAppendsARecordALineAndPassesOverEmptyOnes() {
        var response = ndjson("{\"key\":\"a\",\"value\":1}\n\n{\"key\":\"b\",\"value\":2}\r\n{\"value\":3}");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(json(response).get("records")).hasSize(3);
    }

    @Test
    void malformedLineIsNamedAndNothingOfTheRequestIsAppended() {
        var before = total("single");

        var response = node.send(
                "POST",
                "/v1/logs/single/records",
                "{\"value\":1}\n{\"value\":\n{\"value\":3}\n".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-ndjson");

        assertProblem(response, 400, "bad-request");
        assertThat(json(response).get("detail").textValue()).contains("line 2");
        assertThat(total("single")).isEqualTo(before);
    }

    @Test
    void anyOtherTypeIsOneRecordAsItStands() {
        byte[] body = {0, 1, 2, (byte) 0xff};

        var response =
                node.send("POST", "/v1/logs/orders/records?key=a%2Fb%ff", body, "Content-Type", "image/png; q=1");

        var stored = node.get(response.headers().firstValue("Location").orElseThrow());
        assertThat(stored.body()).isEqualTo(body);
        assertThat(stored.headers().firstValue("Content-Type")).hasValue("image/png; q=1");
        assertThat(stored.headers().firstValue("Record-Key")).hasValue("a/b%FF");
        assertThat(node.get("/v1/logs/orders/keys/a%2Fb%FF").body()).isEqualTo(body);
    }

    @Test
    void bytesHeadersAndTimestampComeBack() {
        var response = node.append(
                "orders",
                "{\"key\":\"h\",\"valueBase64\":\"AAEC\",\"headers\":{\"trace\":\"1"
                        + " 2\",\"ünï\":\"ö\"},\"timestamp\":1234}");

        var stored = node.get(response.headers().firstValue("Location").orElseThrow());
        assertThat(stored.body()).containsExactly(0, 1, 2);
        assertThat(stored.headers().firstValue("Record-Timestamp")).hasValue("1234");
        assertThat(stored.headers().firstValue("Record-Header-trace")).hasValue("1%202");
        assertThat(stored.headers().firstValue("Record-Header-%C3%BCn%C3%AF")).hasValue("%C3%B6");
    }

    @Test
    void summaryTellsRanges() {
        var response = node.send(
                "POST",
                "/v1/logs/single/records?summary=true",
                "{\"value\":1}\n{\"value\":2}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-ndjson");

        var body = json(response);
        assertThat(body.get("count").intValue()).isEqualTo(2);
        assertThat(body.get("ranges")).hasSize(1);
        assertThat(body.get("ranges").get(0).get("count").intValue()).isEqualTo(2);
    }

    @Test
    void keylessRecordsSpreadOverTheShards() {
        var response = ndjson("{\"value\":1}\n".repeat(40));

        var shards = new HashSet<Integer>();
        json(response)
                .get("records")
                .forEach(record -> shards.add(record.get("shard").intValue()));
        assertThat(shards).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void aLocalityPrefixKeepsKeysTogether() {
        var shards = new HashSet<Integer>();
        for (var key : List.of("user-42/cart", "user-42/orders", "user-42/x", "user-42")) {
            shards.add(json(node.append("prefixed", "{\"key\":\"" + key + "\",\"value\":1}"))
                    .get("records")
                    .get(0)
                    .get("shard")
                    .intValue());
        }

        assertThat(shards).hasSize(1);
    }

    @Test
    void aRepeatOfAProducersRequestIsAnsweredAsTheFirstAndAppendsNothing() {
        String[] producer = {"Producer-Id", "p1", "Producer-Epoch", "0", "Producer-Seq", "0"};
        var body =
                "{\"records\":[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":2},{\"key\":\"c\",\"value\":3}]}";
        var first = node.append("orders", body, producer);
        var before = total("orders");

        var repeat = node.append("orders", body, producer);

        assertThat(repeat.statusCode()).isEqualTo(201);
        assertThat(json(repeat)).isEqualTo(json(first));
        assertThat(first.headers().firstValue("Duplicate")).isEmpty();
        assertThat(repeat.headers().firstValue("Duplicate")).hasValue("true");
        assertThat(total("orders")).isEqualTo(before);
    }

    @Test
    void aProducersGapAndItsOlderEpochAreRefused() {
        node.append("orders", "{\"value\":1}", "Producer-Id", "7", "Producer-Epoch", "3", "Producer-Seq", "0");

        var gap =
                node.append("orders", "{\"value\":1}", "Producer-Id", "7", "Producer-Epoch", "3", "Producer-Seq", "5");
        var fenced = node.append(
                "orders",
                "{\"key\":\"f\",\"value\":1}",
                "Producer-Id",
                "7",
                "Producer-Epoch",
                "2",
                "Producer-Seq",
                "1");
        var half = node.append("orders", "{\"value\":1}", "Producer-Id", "7");

        assertProblem(gap, 409, "producer-gap");
        assertThat(gap.headers().firstValue("Producer-Expected-Seq")).hasValue("1");
        assertProblem(fenced, 403, "producer-fenced");
        assertProblem(half, 400, "bad-request");
    }

    @Test
    void anAppendConditionalOnAnOffsetIsRefusedWhenItHasPassed() {
        var at = json(node.append("single", "{\"value\":1}"))
                        .get("records")
                        .get(0)
                        .get("offset")
                        .longValue()
                + 1;

        var taken = node.append("single", "{\"value\":2}", "If-Match", "\"0:" + at + "\"");
        var passed = node.append("single", "{\"value\":3}", "If-Match", "\"0:" + at + "\"");
        var malformed = node.append("single", "{\"value\":3}", "If-Match", "0:" + at);

        assertThat(json(taken).get("records").get(0).get("offset").longValue()).isEqualTo(at);
        assertProblem(passed, 412, "offset-mismatch");
        assertProblem(malformed, 400, "bad-request");
    }

    @Test
    void aKeySentToAnotherShardThanItsOwnIsRefused() {
        int own = json(node.get("/v1/logs/orders/route?key=somewhere"))
                .get("shard")
                .intValue();
        int other = (own + 1) % 4;
        var body = "{\"key\":\"somewhere\",\"value\":1}".getBytes(StandardCharsets.UTF_8);

        var right = node.send(
                "POST", "/v1/logs/orders/shards/" + own + "/records", body, "Content-Type", "application/json");
        var wrong = node.send(
                "POST", "/v1/logs/orders/shards/" + other + "/records", body, "Content-Type", "application/json");

        assertThat(right.statusCode()).isEqualTo(201);
        assertProblem(wrong, 421, "wrong-shard");
        assertThat(json(wrong).get("shard").intValue()).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "GZIP", "SNAPPY", "LZ4", "ZSTD"})
    void batchesAreTakenAsTheyCame(Compression compression) {
        var builder = new RecordBatchBuilder(compression);
        for (int i = 0; i < 5; i++) {
            builder.add(new LogRecord(null, ("v" + i).getBytes(StandardCharsets.UTF_8), List.of(), 99));
        }
        var bytes = bytes(builder.build().buffer());

        var response = node.send(
                "POST", "/v1/logs/single/shards/0/records", bytes, "Content-Type", "application/vnd.forelog.batch");

        assertThat(response.statusCode()).as(text(response)).isEqualTo(201);
        var third = json(response).get("records").get(2);
        assertThat(text(node.get("/v1/logs/single/shards/0/records/" + third.get("offset"))))
                .isEqualTo("v2");
        var run = node.get(
                "/v1/logs/single/shards/0/records?from="
                        + json(response).get("records").get(0).get("offset"),
                "Accept",
                "application/vnd.forelog.batch");
        // All but the base offset and the leader's epoch is as it was sent; neither is under the checksum.
        assertThat(Arrays.copyOfRange(run.body(), 16, bytes.length))
                .isEqualTo(Arrays.copyOfRange(bytes, 16, bytes.length));
    }

    @ParameterizedTest
    @CsvSource({"32, 201", "33, 400"})
    void aRecordOfABatchHasAsManyHeadersAsAnyOther(int count, int status) {
        var headers = IntStream.range(0, count)
                .mapToObj(i -> new LogRecord.Header("h" + i, "v"))
                .toList();
        var bytes = bytes(new RecordBatchBuilder(Compression.NONE)
                .add(new LogRecord(null, new byte[10], headers, 1))
                .build()
                .buffer());

        var sent = node.send("POST", "/v1/logs/single/records", bytes, "Content-Type", "application/vnd.forelog.batch");

        assertThat(sent.statusCode()).as(text(sent)).isEqualTo(status);
    }

    @Test
    void aDamagedBatchIsRefused() {
        var bytes = bytes(new RecordBatchBuilder(Compression.NONE)
                .add(new LogRecord(null, new byte[10], List.of(), 1))
                .build()
                .buffer());
        bytes[bytes.length - 3] ^= 1;

        assertProblem(
                node.send("POST", "/v1/logs/single/records", bytes, "Content-Type", "application/vnd.forelog.batch"),
                400,
                "bad-request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | bad-request | {\"value\":",
                "400 | bad-request | []",
                "400 | bad-request | {\"key\":\"a\"}",
                "400 | bad-request | {\"value\":1,\"valueBase64\":\"AA==\"}",
                "400 | bad-request | {\"valueBase64\":\"!\"}",
                "400 | bad-request | {\"value\":1,\"unknown\":2}",
                "400 | bad-request | {\"key\":5,\"value\":1}",
                "400 | bad-request | {\"value\":1,\"timestamp\":\"yesterday\"}",
                "400 | bad-request | {\"value\":1,\"headers\":{\"a\":1}}",
                "400 | bad-request | {\"records\":[]}",
                "400 | bad-request | {\"value\":1} {\"value\":2}",
                "413 | record-too-large | {\"value\":\"12345678901\"}"
            })
    void wrongBodiesAreToldWhatIsWrong(int status, String slug, String body) {
        var before = total("small");

        assertProblem(node.append("small", body), status, slug);
        assertThat(total("small")).isEqualTo(before);
    }

    @Test
    void limitsAreToldWithTheirNumbers() {
        var tooLarge = node.send(
                "POST", "/v1/logs/orders/records", new byte[(2 << 20) + 1], "Content-Type", "application/octet-stream");
        var tooMany = ndjson("{\"value\":1}\n".repeat(1001));
        var longKey = node.append("orders", "{\"key\":\"" + "k".repeat(1025) + "\",\"value\":1}");
        var value = node.send(
                "POST", "/v1/logs/orders/records", new byte[(1 << 20) + 1], "Content-Type", "application/octet-stream");

        assertProblem(tooLarge, 413, "request-too-large");
        assertProblem(tooMany, 413, "request-too-large");
        assertProblem(longKey, 413, "record-too-large");
        assertProblem(value, 413, "record-too-large");
        assertThat(json(longKey).get("detail").textValue()).contains("1024").contains("1025");
    }

    @Test
    void unknownLogShardTypeAndAckAreRefused() {
        byte[] body = "{\"value\":1}".getBytes(StandardCharsets.UTF_8);

        assertProblem(node.append("nowhere", "{\"value\":1}"), 404, "no-such-log");
        assertProblem(
                node.send("POST", "/v1/logs/orders/shards/99/records", body, "Content-Type", "application/json"),
                404,
                "no-such-shard");
        assertProblem(node.send("POST", "/v1/logs/orders/records", body), 415, "unsupported-media-type");
        assertProblem(
                node.send("POST", "/v1/logs/orders/records", body, "Content-Type", "nonsense"),
                415,
                "unsupported-media-type");
        assertProblem(
                node.send("POST", "/v1/logs/orders/records?ack=some", body, "Content-Type", "application/json"),
                400,
                "bad-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"leader", "quorum", "all", "caches"})
    void everyAckIsAcknowledged(String ack) {
        var response = node.send(
                "POST",
                "/v1/logs/orders/records?ack=" + ack,
                "{\"value\":1}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");

        assertThat(response.statusCode()).isEqualTo(201);
    }

    private HttpResponse<byte[]> ndjson(String body) {
        return node.send(
                "POST",
                "/v1/logs/orders/records",
                body.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-ndjson");
    }

    private long total(String log) {
        return json(node.get("/v1/logs/" + log)).get("totals").get("records").longValue();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static void assertProblem(HttpResponse<byte[]> response, int status, String slug) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        var problem = json(response);
        assertThat(problem.get("type").textValue()).isEqualTo("/problems/" + slug);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.hasNonNull("title")
                        && problem.hasNonNull("detail")
                        && problem.hasNonNull("instance")
                        && problem.hasNonNull("retryable"))
                .as("all members of a problem are there: " + problem)
                .isTrue();
    }
}
