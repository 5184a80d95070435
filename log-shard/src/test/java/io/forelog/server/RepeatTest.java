package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends that come twice, in pieces, at once or as no text: nothing is doubled, halved or made up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatTest {

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data);
        node.put("/v1/logs/two", "{\"shards\":2}");
        node.put("/v1/logs/one", "{\"shards\":1}");
    }

    @AfterAll
    void end() {
        node.close();
    }

    @Test
    void aRepeatOfRecordsWithoutKeysFindsTheFirst() {
        String[] producer = {"Producer-Id", "keyless", "Producer-Epoch", "0", "Producer-Seq", "0"};
        var body = "{\"records\":[{\"value\":1},{\"value\":2},{\"value\":3}]}";
        var first = node.append("two", body, producer);

        for (int i = 0; i < 5; i++) {
            var repeat = node.append("two", body, producer);
            assertThat(json(repeat)).isEqualTo(json(first));
            assertThat(repeat.headers().firstValue("Duplicate")).hasValue("true");
        }
    }

    /** Also after a restart, and though hundreds came after it. */
    @Test
    void anOldRepeatIsAnsweredAsTheFirstWas(@TempDir Path data) throws Exception {
        try (var other = NodeFixture.start(data)) {
            other.put("/v1/logs/long", "{\"shards\":2,\"fsync\":\"interval\"}");
            var first = json(other.append("long", body(3), producer(3)));
            for (int i = 4; i < 300; i++) {
                assertThat(other.append("long", body(i), producer(i)).statusCode())
                        .isEqualTo(201);
            }

            var repeat = other.append("long", body(3), producer(3));
            other.restart();
            var afterRestart = other.append("long", body(3), producer(3));

            assertThat(json(repeat)).isEqualTo(first);
            assertThat(repeat.headers().firstValue("Duplicate")).hasValue("true");
            assertThat(json(afterRestart)).isEqualTo(first);
            assertThat(json(other.get("/v1/logs/long"))
                            .get("totals")
                            .get("records")
                            .longValue())
                    .isEqualTo(297);
        }
    }

    private static String body(int i) {
        return "{\"key\":\"k" + i % 7 + "\",\"value\":" + i + "}";
    }

    private static String[] producer(int sequence) {
        return new String[] {"Producer-Id", "old", "Producer-Epoch", "1", "Producer-Seq", Integer.toString(sequence)};
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":\"b\",\"value\":1}",
                "{\"records\":[{\"key\":\"a\",\"value\":1},{\"key\":\"a\",\"value\":2}]}"
            })
    void aSequenceUsedForOtherRecordsIsRefused(String other) {
        var id = "other-" + other.length();
        String[] producer = {"Producer-Id", id, "Producer-Epoch", "0", "Producer-Seq", "0"};
        node.append("two", "{\"key\":\"a\",\"value\":1}", producer);
        long before = total("two");

        assertProblem(node.append("two", other, producer), 400, "bad-request");
        assertThat(total("two")).isEqualTo(before);
    }

    @Test
    void aNumberWrittenOtherwiseIsAnotherProducer() {
        node.append("one", "{\"value\":\"seven\"}", "Producer-Id", "7", "Producer-Epoch", "0", "Producer-Seq", "0");

        var other = node.append(
                "one", "{\"value\":\"bond\"}", "Producer-Id", "007", "Producer-Epoch", "0", "Producer-Seq", "0");

        assertThat(other.headers().firstValue("Duplicate")).isEmpty();
        assertThat(text(node.get(other.headers().firstValue("Location").orElseThrow())))
                .isEqualTo("\"bond\"");
    }

    @Test
    void severalBatchesAreAppendedWholeOrNotAtAll() {
        node.put("/v1/logs/whole", "{\"shards\":1}");
        node.append("whole", "{\"value\":0}");
        var body = new ByteArrayOutputStream();
        body.writeBytes(batch("a"));
        body.writeBytes(batch("b"));

        var refused = batches("whole", body.toByteArray(), "If-Match", "\"0:0\"");
        var taken = batches("whole", body.toByteArray(), "If-Match", "\"0:1\"");

        assertProblem(refused, 412, "offset-mismatch");
        assertThat(json(taken).get("records")).hasSize(2);
        assertThat(total("whole")).isEqualTo(3);
        assertThat(text(node.get("/v1/logs/whole/shards/0/records/2"))).isEqualTo("b");
    }

    @Test
    void aBatchThatNamesItsProducerIsRefused() {
        var batch = new RecordBatchBuilder(Compression.NONE)
                .add(new LogRecord(null, new byte[1], List.of(), 1))
                .producer(7, (short) 0, 0)
                .build()
                .buffer();
        byte[] bytes = new byte[batch.remaining()];
        batch.get(bytes);

        assertProblem(batches("one", bytes), 400, "bad-request");
    }

    @Test
    void aBatchThatWouldNotComeBackAsItWasSentIsRefused() {
        // An empty value and no headers: the value's length is the last byte but one.
        byte[] bytes = batch("");
        bytes[bytes.length - 2] = 1;
        var crc = new CRC32C();
        crc.update(bytes, 21, bytes.length - 21);
        ByteBuffer.wrap(bytes).putInt(17, (int) crc.getValue());

        var refused = batches("one", bytes);

        assertProblem(refused, 400, "bad-request");
        assertThat(text(refused)).contains("value is null");
    }

    @Test
    void aLogThatManyCreateAtOnceIsCreatedOnce() {
        var answers = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> node.put("/v1/logs/race", "{\"shards\":3}")))
                .toList();

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isBetween(200, 201));
        assertThat(node.append("race", "{\"value\":1}").statusCode()).isEqualTo(201);
    }

    @Test
    void whatIsNoUtf8IsRefusedAndNotStoredAsSomethingElse() {
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertProblem(post("{\"value\":{\"a\":1}}".getBytes(charset)), 400, "bad-request");
        }
        assertProblem(post("{\"key\":\"\\ud800\",\"value\":1}".getBytes(StandardCharsets.UTF_8)), 400, "bad-request");
        assertProblem(
                post(new byte[] {
                    '{', '"', 'v', 'a', 'l', 'u', 'e', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'
                }),
                400,
                "bad-request");
        assertProblem(node.append("one", "{\"value\":1}", "Content-Encoding", "gzip"), 415, "unsupported-media-type");
    }

    @Test
    void aNumberOfAnyLengthIsAValue() {
        var number = "9".repeat(5_000);

        var stored = node.append("one", "{\"value\":" + number + "}");

        assertThat(text(node.get(stored.headers().firstValue("Location").orElseThrow())))
                .isEqualTo(number);
    }

    @Test
    void theWeightiestTypeIsAnswered() {
        assertThat(node.get("/v1/logs/one/shards/0/records", "Accept", "application/x-ndjson;q=0.1, application/json")
                        .headers()
                        .firstValue("Content-Type"))
                .hasValue("application/json");
        assertThat(node.get("/v1/logs/one/shards/0/records", "Accept", "application/json;q=0, text/html")
                        .headers()
                        .firstValue("Content-Type"))
                .hasValue("application/x-ndjson");
    }

    private HttpResponse<byte[]> post(byte[] json) {
        return node.send("POST", "/v1/logs/one/records", json, "Content-Type", "application/json");
    }

    private HttpResponse<byte[]> batches(String log, byte[] bytes, String... headers) {
        var all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/vnd.forelog.batch";
        return node.send("POST", "/v1/logs/" + log + "/shards/0/records", bytes, all);
    }

    private static byte[] batch(String value) {
        var buffer = new RecordBatchBuilder(Compression.NONE)
                .add(new LogRecord(null, value.getBytes(StandardCharsets.UTF_8), List.of(), 1))
                .build()
                .buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private long total(String log) {
        return json(node.get("/v1/logs/" + log)).get("totals").get("records").longValue();
    }
}
