package io.forelog.server.http;

import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.server.tail.Frontier;
import io.forelog.server.tail.Position;
import io.forelog.server.tail.Tails;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tails: records as they commit, as server-sent events. */
final class TailApi {

    private static final String EVENT_STREAM = "text/event-stream";

    private final MetadataStore metadata;
    private final Tails tails;

    TailApi(MetadataStore metadata, Tails tails) {
        this.metadata = metadata;
        this.tails = tails;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/tail", this::tail);
    }

    /** Writes a record on one line. */
    static byte[] json(RecordAddress address, LogRecord record) {
        var bytes = new ByteArrayOutputStream(128 + record.value().length);
        try (var json = RecordWriter.generator(bytes)) {
            RecordWriter.write(address, record, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Tells what went wrong on one line. */
    static String problem(Throwable failure) {
        return Problems.of(failure).toJson("").toString();
    }

    private void tail(Call call) {
        var log = metadata.state().log(call.log());
        var shard = shard(call, log);
        var rawKey = call.rawQuery("key");
        var key = rawKey == null ? null : Percent.decode(rawKey);
        var frontier = tails.frontier(log, shard, key);
        // What the position is worth is told now, while there is a status to tell it by.
        var learned = start(call, log, frontier).thenCompose(position -> frontier.learn(position, new HashSet<>())
                .thenApply(done -> position));
        call.on(learned, position -> {
            frontier.next(position, 0);
            if (call.request().method() == HttpMethod.HEAD) {
                call.end(200, EVENT_STREAM, Buffer.buffer());
            } else {
                open(call, frontier, position, key);
            }
        });
    }

    private void open(Call call, Frontier frontier, Position position, byte @Nullable [] key) {
        if (call.isGone()) {
            return;
        }
        var response = call.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no")
                .setChunked(true);
        Runnable cutOff = call.request().version() == HttpVersion.HTTP_2
                ? response::reset
                : () -> call.request().connection().close();
        var tail = tails.open(call.context(), frontier, response, cutOff, position, key);
        call.onGone(tail::close);
    }

    private static @Nullable Integer shard(Call call, Log log) {
        if (call.query("shard") == null) {
            return null;
        }
        int shard = (int) call.query("shard", 0, 0, Integer.MAX_VALUE);
        if (log.shards().shard(shard) == null) {
            throw new NoSuchShardException(log.name(), shard);
        }
        return shard;
    }

    private static CompletionStage<Position> start(Call call, Log log, Frontier frontier) {
        var resumed = call.header("Last-Event-ID");
        if (resumed != null && !resumed.isBlank()) {
            return CompletableFuture.completedStage(Position.parse(resumed.strip(), log));
        }
        return from(call.query("from", "latest"), log, frontier, call.query("shard") == null ? -1 : shardOf(call));
    }

    private static int shardOf(Call call) {
        return (int) call.query("shard", 0, 0, Integer.MAX_VALUE);
    }

    /** @param shard the only one, in which {@code from} may be an offset, or -1 */
    static CompletionStage<Position> from(String from, Log log, Frontier frontier, int shard) {
        if (from.equals("earliest")) {
            return CompletableFuture.completedStage(Position.begin(log));
        }
        if (from.equals("latest")) {
            return frontier.latest();
        }
        if (from.startsWith("time:")) {
            return frontier.at(RunApi.time(from.substring(5)));
        }
        if (shard >= 0) {
            long offset = Call.number("from ('earliest', 'latest', 'time:…', or an offset)", from, 0, Long.MAX_VALUE);
            return CompletableFuture.completedStage(new Position(log.incarnation(), Map.of(shard, offset)));
        }
        throw ProblemException.badRequest(
                "from is 'earliest', 'latest' or 'time:…', and an offset only with shard=, not '" + from + "'");
    }
}
