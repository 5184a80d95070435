package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Requests that are nearly right, or not at all, as bytes on the wire: whatever comes, the node answers no 500 and
 * shows nothing of its inside, and serves on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzTest {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final String[] METHODS = {
        "GET", "GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get"
    };
    private static final String[] SEGMENTS = {
        "v1",
        "logs",
        "a",
        "b",
        "records",
        "shards",
        "0",
        "1",
        "-1",
        "99999999999999999999",
        "keys",
        "k",
        "%00",
        "%ff%fe",
        "%",
        "%zz",
        "tail",
        "cursors",
        "read",
        "route",
        "nodes",
        "drain",
        "caches",
        "prefetch",
        "analytics",
        "hot-keys",
        "loggers",
        "..",
        "",
        "metrics",
        "health",
        "live",
        "ready",
        "openapi.json",
        "api",
        "dashboard",
        "webjars",
        "x".repeat(300),
        "ü",
        "a/../b",
        "\u0000"
    };
    private static final String[] QUERIES = {
        "from=",
        "limit=",
        "bytes=",
        "wait=",
        "key=",
        "shard=",
        "order=",
        "cursor=",
        "ack=",
        "summary=",
        "log=",
        "&",
        "=",
        "%3d",
        "limit"
    };
    private static final String[] VALUES = {
        "0",
        "1",
        "-1",
        "10000",
        "10001",
        "earliest",
        "latest",
        "time:",
        "time:2026-01-01T00:00:00Z",
        "PT0.01S",
        "PT1000H",
        "asc",
        "leader",
        "true",
        "%ff",
        "",
        "9223372036854775807",
        "9223372036854775808",
        "NaN",
        "a",
        "AQAAAAAAAAAB"
    };
    private static final String[] HEADERS = {
        "Content-Type: application/json",
        "Content-Type: application/x-ndjson",
        "Content-Type: application/vnd.forelog.batch",
        "Content-Type: text/plain",
        "Content-Type: /",
        "Content-Type:",
        "If-Match: \"0:1\"",
        "If-Match: 0:1",
        "If-Match: \"9:-1\"",
        "If-None-Match: *",
        "If-None-Match: \"0:0\",",
        "Range: bytes=0-",
        "Range: bytes=5-1",
        "Range: bytes=-",
        "Producer-Id: p",
        "Producer-Epoch: 0",
        "Producer-Seq: 0",
        "Producer-Seq: x",
        "Accept: application/json",
        "Accept: application/vnd.forelog.batch",
        "Accept: ;q=",
        "Accept-Encoding: gzip;q=9, *",
        "Accept-Encoding: zstd",
        "Last-Event-ID: AQAAAAAAAAAB",
        "Authorization: Bearer x",
        "Origin: null",
        "Origin: http://[",
        "traceparent: 00-0-0-0",
        "Expect: 100-continue",
        "Forelog-Reader: \u00e9",
        "Upgrade: h2c",
        "Te: trailers"
    };

    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();
    private NodeFixture node;
    private List<byte[]> bodies;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(
                data, "http.bodyBytesMax=1MiB", "http.bodyTimeout=PT0.05S", "http.tailHeartbeat=PT0.1S");
        node.put("/v1/logs/a", "{\"shards\":2,\"fsync\":\"interval\"}");
        errors.start();
        ((Logger) LoggerFactory.getLogger("io.forelog")).addAppender(errors);
        bodies = List.of(
                "{\"key\":\"k\",\"value\":{\"a\":[1,2]},\"headers\":{\"h\":\"v\"},\"timestamp\":1}"
                        .getBytes(StandardCharsets.UTF_8),
                "{\"records\":[{\"value\":1},{\"key\":\"x\",\"valueBase64\":\"AAEC\"}]}"
                        .getBytes(StandardCharsets.UTF_8),
                "{\"value\":1}\n{\"value\":2}\n".getBytes(StandardCharsets.UTF_8),
                "{\"addresses\":[\"0:0\",\"1:5\"]}".getBytes(StandardCharsets.UTF_8),
                "{\"shards\":3,\"retention\":{\"age\":\"P7D\"}}".getBytes(StandardCharsets.UTF_8),
                "{\"enabled\":true}".getBytes(StandardCharsets.UTF_8),
                "{\"position\":\"AQAAAAAAAAAB\"}".getBytes(StandardCharsets.UTF_8),
                "{\"a\":".repeat(500).getBytes(StandardCharsets.UTF_8),
                batch(Compression.NONE),
                batch(Compression.ZSTD),
                batch(Compression.LZ4),
                new byte[0]);
    }

    private static byte[] batch(Compression compression) {
        var buffer = new RecordBatchBuilder(compression)
                .add(new LogRecord(
                        "k".getBytes(StandardCharsets.UTF_8), new byte[50], List.of(new LogRecord.Header("h", "v")), 1))
                .add(new LogRecord(null, new byte[0], List.of(), 2))
                .build()
                .buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @AfterAll
    void end() {
        ((Logger) LoggerFactory.getLogger("io.forelog")).detachAppender(errors);
        node.close();
    }

    @Test
    void nothingThatComesBreaksTheNode() throws Exception {
        fuzz(Integer.getInteger("fuzz.requests", 3_000));
    }

    @Test
    @Tag("long")
    void nothingOfAMillionRequestsBreaksTheNode() throws Exception {
        long before = heap();
        fuzz(1_000_000);

        assertThat(heap()).isLessThan(before + (200L << 20));
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void fuzz(int requests) throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var sent = new ArrayList<byte[]>();
        for (int done = 0; done < requests; ) {
            sent.clear();
            for (int i = 0; i < 20; i++) {
                sent.add(request(random));
            }
            exchange(sent, random);
            done += sent.size();
        }

        assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
        node.put("/v1/logs/still", "{}");
        assertThat(node.append("still", "{\"value\":1}").statusCode()).isEqualTo(201);
        assertThat(errors.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                        .map(ILoggingEvent::getFormattedMessage))
                .as("seed %d", seed)
                .isEmpty();
    }

    /** Each on a connection of its own would take most of the time: they go one after another until one ends it. */
    private void exchange(List<byte[]> requests, Random random) throws IOException {
        var url = URI.create(node.url());
        var socket = new Socket(url.getHost(), url.getPort());
        try {
            for (var request : requests) {
                if (socket.isClosed()) {
                    socket = new Socket(url.getHost(), url.getPort());
                }
                socket.setSoTimeout(300);
                if (!one(socket, request, random)) {
                    socket.close();
                }
            }
        } finally {
            socket.close();
        }
    }

    /** Returns whether the connection may be used again. */
    private boolean one(Socket socket, byte[] request, Random random) throws IOException {
        try {
            var out = socket.getOutputStream();
            int cut = random.nextInt(10) == 0 ? random.nextInt(request.length) : request.length;
            out.write(request, 0, cut);
            out.flush();
            if (cut < request.length) {
                return false;
            }
            var answer = read(socket.getInputStream());
            var status = STATUS.matcher(answer);
            if (status.find()) {
                int code = Integer.parseInt(status.group(1));
                assertThat(code)
                        .as("%s%nanswered %s", new String(request, StandardCharsets.ISO_8859_1), answer)
                        .isNotEqualTo(500)
                        .isLessThan(600);
                assertThat(answer).doesNotContain("\tat ", "Exception", "io.forelog", "java.");
            }
            return false;
        } catch (SocketException | SocketTimeoutException e) {
            // The node may end a connection whose bytes are no request, and wait for a body that does not come.
            return false;
        }
    }

    private static String read(InputStream in) throws IOException {
        byte[] bytes = new byte[16 << 10];
        int count = in.read(bytes);
        return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    }

    private byte[] request(Random random) throws IOException {
        var head = new StringBuilder(pick(METHODS, random))
                .append(' ')
                .append(path(random))
                .append(" HTTP/1.1\r\nHost: x\r\n");
        for (int i = random.nextInt(5); i > 0; i--) {
            head.append(pick(HEADERS, random)).append("\r\n");
        }
        byte[] body = random.nextInt(3) == 0 ? new byte[0] : mutated(bodies.get(random.nextInt(bodies.size())), random);
        var bytes = new ByteArrayOutputStream();
        switch (random.nextInt(12)) {
            case 0 ->
                head.append("Transfer-Encoding: chunked\r\n\r\n")
                        .append(Integer.toHexString(body.length))
                        .append("\r\n");
            case 1 ->
                head.append("Content-Length: ").append(pick(VALUES, random)).append("\r\n\r\n");
            case 2 ->
                head.append("Content-Length: ")
                        .append(body.length + random.nextInt(3))
                        .append("\r\n\r\n");
            default -> head.append(body.length == 0 ? "\r\n" : "Content-Length: " + body.length + "\r\n\r\n");
        }
        bytes.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(body);
        if (head.indexOf("chunked") > 0) {
            bytes.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        byte[] request = bytes.toByteArray();
        return random.nextInt(20) == 0 ? mutated(request, random) : request;
    }

    private static String path(Random random) {
        var path = new StringBuilder();
        if (random.nextInt(3) > 0) {
            path.append("/v1/logs/a");
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            path.append('/').append(pick(SEGMENTS, random));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append(path.indexOf("?") < 0 ? '?' : '&')
                    .append(pick(QUERIES, random))
                    .append(pick(VALUES, random));
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    private static byte[] mutated(byte[] from, Random random) {
        byte[] bytes = from.clone();
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        if (random.nextInt(8) == 0) {
            bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length * 2 + 1));
        }
        return bytes;
    }

    private static String pick(String[] all, Random random) {
        return all[random.nextInt(all.length)];
    }
}
