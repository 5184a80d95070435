package io.forelog.loadgen;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forelog.record.RecordBatch;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * One shard in memory behind the few calls that loads make, for what a real node cannot be told to do: lose a record,
 * stall, answer falsely. Confined to its server's context but for the switches.
 */
public final class ServedLog implements AutoCloseable {

    private static final Pattern ONE_RECORD = Pattern.compile("/v1/logs/[^/]+/shards/0/records/(\\d+)");
    private static final String RUN = "/shards/0/records";

    private final List<Stored> records = new ArrayList<>();
    private final HttpServer server;
    private volatile BiFunction<Long, Stored, Stored> onRead = (offset, stored) -> stored;
    private volatile int staleBy;
    private volatile long stalledUntilNanos = System.nanoTime();
    private volatile int requests;

    /** A record as it was appended. */
    public record Stored(String key, byte[] value) {}

    public ServedLog(Vertx vertx) {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    requests++;
                    long left = (stalledUntilNanos - System.nanoTime()) / 1_000_000;
                    if (left > 0) {
                        vertx.setTimer(left, over -> answer(request, body));
                    } else {
                        answer(request, body);
                    }
                }))
                .listen(0, "127.0.0.1")
                .await();
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** From now on answers nothing until so many milliseconds are over; then answers all. */
    public void stall(long millis) {
        stalledUntilNanos = System.nanoTime() + millis * 1_000_000;
    }

    /** From now on a run of records shows, at each offset, what this returns. */
    public void onRead(BiFunction<Long, Stored, Stored> fault) {
        onRead = fault;
    }

    /** From now on denies the newest records when they are asked for one by one, as a replica that is behind would. */
    public void staleBy(int newest) {
        staleBy = newest;
    }

    public int requests() {
        return requests;
    }

    private void answer(HttpServerRequest request, Buffer body) {
        var path = request.path();
        var one = ONE_RECORD.matcher(path);
        if (request.method().name().equals("POST")) {
            append(request, body);
        } else if (one.matches() && Integer.parseInt(one.group(1)) >= records.size() - staleBy) {
            request.response()
                    .setStatusCode(404)
                    .end(new JsonObject()
                            .put("type", "/problems/no-such-record")
                            .toBuffer());
        } else if (one.matches()) {
            var stored = records.get(Integer.parseInt(one.group(1)));
            request.response().putHeader("Cache-Status", "forelog-local; hit").end(Buffer.buffer(stored.value()));
        } else if (path.endsWith(RUN)) {
            run(request);
        } else if (path.endsWith("/shards")) {
            request.response().end(shards().toBuffer());
        } else {
            request.response().end("{}");
        }
    }

    private void append(HttpServerRequest request, Buffer body) {
        int first = records.size();
        var contentType = request.getHeader("Content-Type");
        if ("application/octet-stream".equals(contentType)) {
            records.add(new Stored(request.getParam("key"), body.getBytes()));
        } else if ("application/vnd.forelog.batch".equals(contentType)) {
            RecordBatch.parseAll(ByteBuffer.wrap(body.getBytes())).stream()
                    .flatMap(batch -> batch.records().stream())
                    .forEach(sent -> records.add(new Stored(new String(sent.key(), UTF_8), sent.value())));
        } else {
            body.toString()
                    .lines()
                    .map(JsonObject::new)
                    .forEach(line -> records.add(new Stored(
                            line.getString("key"), Base64.getDecoder().decode(line.getString("valueBase64")))));
        }
        var addresses = new JsonArray();
        for (int offset = first; offset < records.size(); offset++) {
            addresses.add(new JsonObject().put("shard", 0).put("offset", offset));
        }
        request.response()
                .setStatusCode(201)
                .end(new JsonObject().put("records", addresses).toBuffer());
    }

    private void run(HttpServerRequest request) {
        int from = Integer.parseInt(request.getParam("from"));
        int end = Math.min(records.size(), from + Integer.parseInt(request.getParam("limit")));
        var lines = Buffer.buffer();
        for (int offset = from; offset < end; offset++) {
            var shown = onRead.apply((long) offset, records.get(offset));
            lines.appendBuffer(new JsonObject()
                            .put("shard", 0)
                            .put("offset", offset)
                            .put("key", shown.key())
                            .put("valueBase64", Base64.getEncoder().encodeToString(shown.value()))
                            .toBuffer())
                    .appendString("\n");
        }
        request.response()
                .putHeader("Next-Offset", Integer.toString(end))
                .putHeader("High-Watermark", Integer.toString(records.size()))
                .end(lines);
    }

    private JsonObject shards() {
        return new JsonObject()
                .put(
                        "shards",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("shard", 0)
                                        .put("state", "OPEN")
                                        .put("startOffset", 0)
                                        .put("highWatermark", records.size())));
    }

    @Override
    public void close() {
        server.close().await();
    }
}
