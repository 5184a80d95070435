package io.forelog.server.http;

import io.forelog.error.NoSuchRecordException;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.RecordAddress;
import io.forelog.server.control.Accesses;
import io.forelog.server.http.ContentCoding.Encoded;
import io.forelog.server.http.RunWriter.Form;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.shard.ShardReader;
import io.forelog.server.shard.ShardReader.Bounds;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletableFuture;

/** Runs of records of one shard in order, from anywhere, also waiting at the tail for more. */
final class RunApi {

    static final int LIMIT_DEFAULT = 1000;
    static final int LIMIT_MAX = 10_000;
    private static final int BYTES_DEFAULT = 1 << 20;
    private static final int BYTES_MAX = 16 << 20;
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private final MetadataStore metadata;
    private final ShardReaders shards;
    private final Accesses accesses;

    RunApi(MetadataStore metadata, ShardReaders shards, Accesses accesses) {
        this.accesses = accesses;
        this.metadata = metadata;
        this.shards = shards;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/shards/{shard}/records", this::readRun);
    }

    /** What was asked for. */
    private record Query(int limit, int bytes, Form form, ContentCoding coding) {}

    /** What was read: its bytes, where the next run begins, and what was there to be read. */
    private record Run(Encoded content, long next, Bounds bounds) {

        boolean isEmptyAt(long from) {
            return next == from;
        }
    }

    private void readRun(Call call) {
        var log = metadata.state().log(call.log());
        int shard = call.shard();
        var reader = shards.of(log, shard);
        var query = new Query(
                (int) call.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX),
                (int) call.query("bytes", BYTES_DEFAULT, 1, BYTES_MAX),
                Form.accepted(call.list(HttpHeaders.ACCEPT)),
                call.coding());
        var wait = duration(call.query("wait", "PT0S"));
        var from = call.query("from", "earliest");
        var gone = new CompletableFuture<Void>();
        if (!wait.isZero()) {
            call.onGone(() -> gone.complete(null));
        }
        call.on(
                offset(from, reader).thenCompose(offset -> read(reader, shard, offset, query)
                        .thenCompose(run -> wait.isZero() || !run.isEmptyAt(offset)
                                ? CompletableFuture.completedFuture(run)
                                : reader.await(offset, wait, gone)
                                        .thenCompose(come -> read(reader, shard, offset, query)))),
                run -> {
                    accesses.readRun(
                            log.incarnation(),
                            shard,
                            null,
                            run.content().content().length(),
                            HttpApi.reader(call),
                            call.elapsedNanos());
                    send(call, query, run);
                });
    }

    private static CompletableFuture<Long> offset(String from, ShardReader reader) {
        if (from.equals("earliest")) {
            return reader.bounds().thenApply(Bounds::start);
        }
        if (from.equals("latest")) {
            return reader.bounds().thenApply(Bounds::highWatermark);
        }
        if (from.startsWith("time:")) {
            return reader.offsetAtTime(time(from.substring(5)));
        }
        return CompletableFuture.completedFuture(
                Call.number("from ('earliest', 'latest', 'time:…', or an offset)", from, 0, Long.MAX_VALUE));
    }

    private static CompletableFuture<Run> read(ShardReader reader, int shard, long from, Query query) {
        return reader.run(from, query.bytes()).thenCompose(read -> {
            if (from > read.bounds().highWatermark()) {
                throw new NoSuchRecordException(shard, from, read.bounds().highWatermark());
            }
            return query.form() == Form.BATCH
                    ? CompletableFuture.completedFuture(batches(read, from, query))
                    : records(new RunWriter(query.form()), reader, shard, read, from, 0, query);
        });
    }

    /** Writes what was read from {@code from} on, and then what follows, until there is enough. */
    private static CompletableFuture<Run> records(
            RunWriter writer,
            ShardReader reader,
            int shard,
            ShardReader.Run read,
            long from,
            long bytesBefore,
            Query query) {
        long next = from;
        long bytes = bytesBefore;
        for (var batch : read.batches()) {
            var records = batch.records();
            for (int i = (int) (next - batch.baseOffset());
                    i < records.size() && writer.count() < query.limit() && bytes < query.bytes();
                    i++) {
                writer.add(new RecordAddress(shard, next), records.get(i));
                bytes += records.get(i).value().length;
                next++;
            }
        }
        boolean mayGoOn = next > from
                && next < read.bounds().highWatermark()
                && writer.count() < query.limit()
                && bytes < query.bytes();
        if (!mayGoOn) {
            return CompletableFuture.completedFuture(
                    new Run(query.coding().encode(writer.end(next)), next, read.bounds()));
        }
        long begin = next;
        long sum = bytes;
        return reader.run(begin, query.bytes())
                .thenCompose(more -> records(writer, reader, shard, more, begin, sum, query));
    }

    private static Run batches(ShardReader.Run read, long from, Query query) {
        var content = Buffer.buffer();
        long next = from;
        int count = 0;
        for (var batch : read.batches()) {
            if (count >= query.limit()) {
                break;
            }
            var bytes = batch.buffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            content.appendBytes(copy);
            count += (int) (batch.endOffset() - Math.max(next, batch.baseOffset()));
            next = batch.endOffset();
        }
        return new Run(query.coding().encode(content), next, read.bounds());
    }

    private static void send(Call call, Query query, Run run) {
        if (call.isGone()) {
            return;
        }
        call.response()
                .putHeader("Next-Offset", Long.toString(run.next()))
                .putHeader("High-Watermark", Long.toString(Math.max(run.bounds().highWatermark(), run.next())))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        call.end(200, query.form().mediaType(), run.content());
    }

    /** Returns the first millisecond that is not before a time. */
    static long time(String text) {
        try {
            return Instant.parse(text).plusNanos(NANOS_OF_A_MILLI - 1).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw ProblemException.badRequest("a time is as 2026-01-31T12:00:00Z, not '" + text + "'");
        }
    }

    static Duration duration(String text) {
        try {
            var wait = Durations.parse(text);
            if (!wait.isNegative() && wait.compareTo(WAIT_MAX) <= 0) {
                return wait;
            }
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest("wait is a duration such as PT5S, not '" + text + "'");
        }
        throw ProblemException.badRequest("wait is from PT0S to " + WAIT_MAX + ", not " + text);
    }
}
