package io.forelog.server;

import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes up requests on a log {@code a}, as bytes on the wire: right, nearly right, or not at all, by the numbers of a
 * seed.
 */
final class FuzzRequests {

    /** Of a body that is more than the node takes. */
    private static final int OVERSIZE_BYTES = (1 << 20) + 1;

    private static final String[] PATHS = {
        "/v1/logs/a",
        "/v1/logs/a/records",
        "/v1/logs/a/records?summary=true",
        "/v1/logs/a/shards/0/records",
        "/v1/logs/a/shards/1/records",
        "/v1/logs/a/shards/0/records/0",
        "/v1/logs/a/read",
        "/v1/logs/a/keys/k",
        "/v1/logs/a/keys/k/records",
        "/v1/logs/a/tail?from=earliest",
        "/v1/logs/a/cursors/c",
        "/v1/logs/a/cursors/c/records",
        "/v1/logs/a/shards",
        "/v1/logs/a/shards/0",
        "/v1/logs/a/route?key=k",
        "/v1/logs/a/shards/0/split?dryRun=true",
        "/v1/logs/a/shards/0/merge?dryRun=true",
        "/v1/logs/a/shards/0/move?dryRun=true",
        "/v1/analytics/co-access?log=a&key=k",
        "/v1/forecasts?log=a",
        "/v1/plans/1",
        "/v1/policy",
        "/v1/keys"
    };
    private static final String[] METHODS = {
        "GET", "GET", "GET", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get"
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
        "Accept: ;;, ,application/json;q=x",
        "Accept-Encoding: ;, gzip;;q=",
        "If-None-Match: ,,\"",
        "Range: bytes=99999999999999999999-",
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
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
        "Te: trailers",
        "Connection: close",
        "Connection: keep-alive, upgrade",
        "Content-Encoding: gzip",
        "If-Range: \"0:0\"",
        "Host: y"
    };

    private static final List<byte[]> BODIES = List.of(
            utf8("{\"key\":\"k\",\"value\":{\"a\":[1,2]},\"headers\":{\"h\":\"v\"},\"timestamp\":1}"),
            utf8("{\"records\":[{\"value\":1},{\"key\":\"x\",\"valueBase64\":\"AAEC\"}]}"),
            utf8("{\"value\":1}\n{\"value\":2}\n"),
            utf8("{\"addresses\":[\"0:0\",\"1:5\"]}"),
            utf8("{\"shards\":3,\"retention\":{\"age\":\"P7D\"}}"),
            utf8("{\"enabled\":true}"),
            utf8("{\"position\":\"AQAAAAAAAAAB\"}"),
            utf8("{\"with\":1}"),
            utf8("{\"from\":\"node-1\",\"to\":\"node-1\"}"),
            utf8("{\"a\":".repeat(500)),
            batch(Compression.NONE),
            batch(Compression.ZSTD),
            batch(Compression.LZ4),
            batch(Compression.GZIP),
            batch(Compression.SNAPPY),
            new byte[0]);

    private final Random random;

    FuzzRequests(long seed) {
        random = new Random(seed);
    }

    /**
     * A request.
     *
     * @param isWhole whether it ends where its own head says, so that another may follow on its connection
     * @param pauseAt after so many bytes of it the sender is slow, or never; then -1
     */
    record Sent(byte[] bytes, boolean isWhole, int pauseAt) {

        String text() {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    Sent next() {
        var method = pick(METHODS);
        var path = path();
        if (method.equals("DELETE") && path.equals("/v1/logs/a")) {
            path = "/v1/logs/b";
        }
        var head = new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: x\r\n");
        for (int i = random.nextInt(5); i > 0; i--) {
            head.append(pick(HEADERS)).append("\r\n");
        }
        byte[] body = body();
        boolean isChunked = false;
        boolean isWhole = true;
        switch (random.nextInt(24)) {
            case 0, 1 -> {
                head.append("Transfer-Encoding: chunked\r\n\r\n");
                body = chunked(body);
                isChunked = true;
            }
            case 2 -> {
                head.append("Content-Length: ").append(pick(VALUES)).append("\r\n\r\n");
                isWhole = false;
            }
            case 3 -> {
                head.append("Content-Length: ").append(body.length + random.nextInt(3)).append("\r\n\r\n");
                isWhole = false;
            }
            default -> head.append(body.length == 0 ? "\r\n" : "Content-Length: " + body.length + "\r\n\r\n");
        }
        var bytes = new ByteArrayOutputStream(head.length() + body.length);
        bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        byte[] request = bytes.toByteArray();
        if (random.nextInt(20) == 0) {
            return new Sent(mutated(request), false, -1);
        }
        if (random.nextInt(50) == 0) {
            return new Sent(Arrays.copyOf(request, random.nextInt(request.length)), false, -1);
        }
        boolean isMutatedChunk = isChunked && random.nextInt(4) == 0;
        byte[] sent = isMutatedChunk ? mutated(request) : request;
        int pauseAt = sent.length > 0 && random.nextInt(100) == 0 ? random.nextInt(sent.length) : -1;
        return new Sent(sent, isWhole && !isMutatedChunk, pauseAt);
    }

    private byte[] body() {
        if (random.nextInt(3) == 0) {
            return new byte[0];
        }
        if (random.nextInt(1000) == 0) {
            return new byte[OVERSIZE_BYTES];
        }
        var body = BODIES.get(random.nextInt(BODIES.size()));
        return random.nextBoolean() ? body : mutated(body);
    }

    private byte[] chunked(byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length + 32);
        for (int at = 0; at < body.length; ) {
            int length = Math.min(body.length - at, 1 + random.nextInt(Math.max(1, body.length)));
            bytes.writeBytes(utf8(Integer.toHexString(length) + (random.nextInt(8) == 0 ? ";x=y" : "") + "\r\n"));
            bytes.write(body, at, length);
            bytes.writeBytes(utf8("\r\n"));
            at += length;
        }
        bytes.writeBytes(utf8("0\r\n" + (random.nextInt(8) == 0 ? "Trailer: x\r\n" : "") + "\r\n"));
        return bytes.toByteArray();
    }

    private String path() {
        var path = new StringBuilder();
        if (random.nextBoolean()) {
            path.append(pick(PATHS));
        } else {
            if (random.nextInt(3) > 0) {
                path.append("/v1/logs/a");
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                path.append('/').append(pick(SEGMENTS));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            path.append(path.indexOf("?") < 0 ? '?' : '&').append(pick(QUERIES)).append(pick(VALUES));
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    private byte[] mutated(byte[] from) {
        byte[] bytes = from.clone();
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        if (random.nextInt(8) == 0) {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length * 2 + 1));
        }
        return bytes;
    }

    private String pick(String[] all) {
        return all[random.nextInt(all.length)];
    }

    private static byte[] batch(Compression compression) {
        var buffer = new RecordBatchBuilder(compression)
                .add(new LogRecord(utf8("k"), new byte[50], List.of(new LogRecord.Header("h", "v")), 1))
                .add(new LogRecord(null, new byte[0], List.of(), 2))
                .build()
                .buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
