package io.forelog.server.shard;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.ShardSealedException;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A shard as a replica on this node has it, which may be behind others: whoever calls knows whether that matters. */
public final class ReplicaReader implements ShardReader {

    private final ShardReplica replica;
    private final Executor readers;

    /** @param readers a bounded pool: each of its threads keeps cursors of its own in the shards it read */
    public ReplicaReader(ShardReplica replica, Executor readers) {
        this.replica = replica;
        this.readers = readers;
    }

    /** Returns what the replica has now. */
    public static Bounds bounds(ShardReplica replica) {
        return new Bounds(replica.startOffset(), replica.highWatermark());
    }

    @Override
    public CompletableFuture<Bounds> bounds() {
        return CompletableFuture.completedFuture(bounds(replica));
    }

    @Override
    public CompletableFuture<Run> run(long from, int bytesMax) {
        return onPool(() -> {
            var bounds = bounds(replica);
            if (from >= bounds.highWatermark()) {
                return new Run(bounds, List.of());
            }
            bounds.requireReadable(replica.number(), from);
            var batches = replica.log().readBatches(from, bounds.highWatermark(), bytesMax);
            // One may be stored and not be applied as a whole yet.
            return new Run(
                    bounds,
                    batches.stream()
                            .filter(batch -> batch.endOffset() <= bounds.highWatermark())
                            .toList());
        });
    }

    @Override
    public CompletableFuture<Long> newest(byte[] key) {
        return onPool(() -> replica.log().newestOffset(key, replica.highWatermark()));
    }

    @Override
    public CompletableFuture<Long> newestOfAll(byte[] key) {
        var children = replica.children();
        return children.isEmpty()
                ? newest(key)
                : CompletableFuture.failedFuture(new ShardSealedException(replica.number(), children));
    }

    @Override
    public CompletableFuture<long[]> offsetsFrom(byte[] key, long from, int limit) {
        return onPool(() -> replica.log().offsetsFrom(key, from, replica.highWatermark(), limit));
    }

    @Override
    public CompletableFuture<long[]> offsetsBelow(byte[] key, long end, int limit) {
        return onPool(() -> replica.log().offsetsBelow(key, Math.min(end, replica.highWatermark()), limit));
    }

    @Override
    public CompletableFuture<Long> offsetAtTime(long timestamp) {
        return onPool(() -> Math.min(replica.log().offsetAtTime(timestamp), replica.highWatermark()));
    }

    @Override
    public CompletableFuture<List<LogRecord>> records(long[] offsets, int bytesMax) {
        return onPool(() -> {
            var records = new ArrayList<LogRecord>(offsets.length);
            long bytes = 0;
            for (int i = 0; i < offsets.length && bytes <= bytesMax; i++) {
                LocalOwner.requireReadable(replica, offsets[i]);
                var record = replica.log().read(offsets[i]);
                bytes += record.weight();
                records.add(record);
            }
            return records;
        });
    }

    @Override
    public CompletableFuture<Long> await(long offset, Duration wait, CompletionStage<?> givenUp) {
        var come = new CompletableFuture<Void>();
        LongConsumer watcher = highWatermark -> {
            if (highWatermark > offset) {
                come.complete(null);
            }
        };
        replica.watch(watcher);
        // It may have risen before the watch.
        watcher.accept(replica.isClosed() ? Long.MAX_VALUE : replica.highWatermark());
        givenUp.whenComplete((gone, failure) -> come.complete(null));
        return come.completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((done, failure) -> replica.unwatch(watcher))
                // Not on the thread that commits, nor on that of the timer.
                .thenApplyAsync(done -> replica.highWatermark(), readers);
    }

    private <T> CompletableFuture<T> onPool(Supplier<T> read) {
        return CompletableFuture.supplyAsync(
                () -> {
                    if (replica.isClosed()) {
                        throw new NoSuchLogException(replica.logName());
                    }
                    return read.get();
                },
                readers);
    }
}
