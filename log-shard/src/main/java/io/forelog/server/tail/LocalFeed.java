package io.forelog.server.tail;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.Log;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardReplica;
import io.forelog.server.shard.Shards;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/** The shards that are open on this node, read on threads that may wait for the disk. */
public final class LocalFeed implements ShardFeed {

    private final Shards shards;
    private final Executor readers;

    public LocalFeed(Shards shards, Executor readers) {
        this.shards = shards;
        this.readers = readers;
    }

    @Override
    public Extent extent(Log log, int shard) {
        var replica = shards.replica(log, shard);
        return new Extent(replica.startOffset(), replica.highWatermark());
    }

    @Override
    public CompletionStage<Chunk> read(Log log, int shard, long from, int recordsMax, int bytesMax) {
        return CompletableFuture.supplyAsync(() -> readNow(shards.replica(log, shard), from, recordsMax, bytesMax), readers);
    }

    private static Chunk readNow(ShardReplica replica, long from, int recordsMax, int bytesMax) {
        if (replica.isClosed()) {
            throw new NoSuchLogException(replica.logName());
        }
        long end = replica.highWatermark();
        if (from < replica.startOffset()) {
            throw new RecordExpiredException(replica.number(), from, replica.startOffset());
        }
        if (from > end) {
            throw new NoSuchRecordException(replica.number(), from, end);
        }
        var records = new ArrayList<LogRecord>();
        int bytes = 0;
        long next = from;
        while (next < end && records.size() < recordsMax && bytes < bytesMax) {
            for (var batch : replica.log().readBatches(next, end, bytesMax - bytes)) {
                var all = batch.records();
                for (int i = (int) (next - batch.baseOffset());
                        i < all.size() && next < end && records.size() < recordsMax && bytes < bytesMax;
                        i++) {
                    records.add(all.get(i));
                    bytes += all.get(i).weight();
                    next++;
                }
            }
        }
        return new Chunk(replica.number(), from, records, end);
    }

    @Override
    public CompletionStage<Long> offsetAtTime(Log log, int shard, long timestamp) {
        return CompletableFuture.supplyAsync(
                () -> {
                    var replica = shards.replica(log, shard);
                    return Math.min(replica.log().offsetAtTime(timestamp), replica.highWatermark());
                },
                readers);
    }

    @Override
    public Waiting await(Log log, int shard, long offset, Runnable come) {
        var replica = shards.replica(log, shard);
        var called = new AtomicBoolean();
        LongConsumer watcher = highWatermark -> {
            if (highWatermark > offset && called.compareAndSet(false, true)) {
                come.run();
            }
        };
        replica.watch(watcher);
        // It may have risen between the caller's look and the watch.
        watcher.accept(replica.isClosed() ? Long.MAX_VALUE : replica.highWatermark());
        return () -> {
            called.set(true);
            replica.unwatch(watcher);
        };
    }
}
