package io.forelog.server.http;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.RecordAddress;
import io.forelog.record.RecordBatch;
import io.forelog.replication.ShardReplica;
import io.forelog.server.http.ContentCoding.Encoded;
import io.forelog.server.http.RunWriter.Form;
import io.forelog.server.shard.LocalOwner;
import io.forelog.server.shard.Shards;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** Runs of records of one shard in order, from anywhere, also waiting at the tail for more. */
final class RunApi {

    static final int LIMIT_DEFAULT = 1000;
    static final int LIMIT_MAX = 10_000;
    private static final int BYTES_DEFAULT = 1 << 20;
    private static final int BYTES_MAX = 16 << 20;
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    private final MetadataStore metadata;
    private final Shards shards;
    private final Executor readers;
    private final Vertx vertx;

    /** @param readers where shards are read: threads that may wait for the disk */
    RunApi(MetadataStore metadata, Shards shards, Executor readers, Vertx vertx) {
        this.metadata = metadata;
        this.shards = shards;
        this.readers = readers;
        this.vertx = vertx;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/shards/{shard}/records", this::readRun);
    }

    /** What was asked for. */
    private record Query(int limit, int bytes, Form form, ContentCoding coding) {}

    /** What was read: its bytes, where it began and where the next one begins. */
    private record Run(Encoded content, long next) {}

    private void readRun(Call call) {
        var log = metadata.state().log(call.log());
        var replica = shards.replica(log, call.shard());
        var query = new Query(
                (int) call.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
                (int) call.query("bytes", BYTES_DEFAULT, 1, BYTES_MAX),
                Form.accepted(call.header(HttpHeaders.ACCEPT)),
                call.coding());
        var wait = duration(call.query("wait", "PT0S"));
        var from = call.query("from", "earliest");
        call.on(
                CompletableFuture.supplyAsync(() -> offset(from, replica), readers)
                        .thenCompose(offset -> records(call, replica, offset, wait))
                        .thenApplyAsync(offset -> read(replica, offset, query), readers),
                run -> send(call, replica, query, run));
    }

    private static long offset(String from, ShardReplica replica) {
        if (from.equals("earliest")) {
            return replica.startOffset();
        }
        if (from.equals("latest")) {
            return replica.highWatermark();
        }
        if (from.startsWith("time:")) {
            return Math.min(replica.log().offsetAtTime(time(from.substring(5))), replica.highWatermark());
        }
        long offset = Call.number("from ('earliest', 'latest', 'time:…', or an offset)", from, 0, Long.MAX_VALUE);
        if (offset > replica.highWatermark()) {
            throw new NoSuchRecordException(replica.number(), offset, replica.highWatermark());
        }
        if (offset < replica.startOffset()) {
            LocalOwner.requireReadable(replica, offset);
        }
        return offset;
    }

    /** Completes with {@code offset} when a record is there, or when {@code wait} has passed or the caller gone. */
    private CompletionStage<Long> records(Call call, ShardReplica replica, long offset, Duration wait) {
        if (wait.isZero() || offset < replica.highWatermark()) {
            return CompletableFuture.completedStage(offset);
        }
        var come = new CompletableFuture<Long>();
        LongConsumer watcher = highWatermark -> {
            if (highWatermark > offset) {
                come.complete(offset);
            }
        };
        replica.watch(watcher);
        // It may have risen between the look above and the watch.
        watcher.accept(replica.highWatermark());
        long timer = vertx.setTimer(Math.max(1, wait.toMillis()), id -> come.complete(offset));
        call.onGone(() -> come.complete(offset));
        return come.whenComplete((done, failure) -> {
            replica.unwatch(watcher);
            vertx.cancelTimer(timer);
        });
    }

    private static Run read(ShardReplica replica, long from, Query query) {
        if (replica.isClosed()) {
            throw new NoSuchLogException(replica.logName());
        }
        long end = replica.highWatermark();
        return query.form() == Form.BATCH ? readBatches(replica, from, end, query) : readRecords(replica, from, end, query);
    }

    private static Run readRecords(ShardReplica replica, long from, long end, Query query) {
        var writer = new RunWriter(query.form());
        long next = from;
        long bytes = 0;
        while (next < end && writer.count() < query.limit() && bytes < query.bytes()) {
            for (var batch : replica.log().readBatches(next, end, query.bytes())) {
                var records = batch.records();
                for (int i = (int) (next - batch.baseOffset());
                        i < records.size() && next < end && writer.count() < query.limit() && bytes < query.bytes();
                        i++) {
                    writer.add(new RecordAddress(replica.number(), next), records.get(i));
                    bytes += records.get(i).value().length;
                    next++;
                }
            }
        }
        return new Run(query.coding().encode(writer.end(next)), next);
    }

    private static Run readBatches(ShardReplica replica, long from, long end, Query query) {
        var content = Buffer.buffer();
        long next = from;
        int count = 0;
        for (var batch : from < end ? replica.log().readBatches(from, end, query.bytes()) : List.<RecordBatch>of()) {
            if (batch.endOffset() > end || count >= query.limit()) {
                break;
            }
            var bytes = batch.buffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            content.appendBytes(copy);
            count += (int) (batch.endOffset() - Math.max(next, batch.baseOffset()));
            next = batch.endOffset();
        }
        return new Run(query.coding().encode(content), next);
    }

    private static void send(Call call, ShardReplica replica, Query query, Run run) {
        if (call.isGone()) {
            return;
        }
        call.response()
                .putHeader("Next-Offset", Long.toString(run.next()))
                .putHeader("High-Watermark", Long.toString(replica.highWatermark()))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        call.end(200, query.form().mediaType(), run.content());
    }

    static long time(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest("a time is as 2026-01-31T12:00:00Z, not '" + text + "'");
        }
    }

    static Duration duration(String text) {
        try {
            var wait = Duration.parse(text);
            if (!wait.isNegative() && wait.compareTo(WAIT_MAX) <= 0) {
                return wait;
            }
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest("wait is a duration such as PT5S, not '" + text + "'");
        }
        throw ProblemException.badRequest("wait is from PT0S to " + WAIT_MAX + ", not " + text);
    }
}
