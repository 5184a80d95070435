package io.forelog.server.shard;

import io.forelog.cache.BatchReader;
import io.forelog.cache.Outcome;
import io.forelog.cache.Owner;
import io.forelog.cache.ReplicaTimes;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import java.util.Collection;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads records from the shards that are open on this node, on threads that may wait for the disk. */
public final class LocalOwner implements Owner {

    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final Executor readers;

    /** @param readers a bounded pool: each of its threads keeps cursors of its own in the shards it read */
    public LocalOwner(Function<ShardId, @Nullable ShardReplica> replicas, Executor readers) {
        this.replicas = replicas;
        this.readers = readers;
    }

    @Override
    public boolean isLocal(GlobalAddress address) {
        return find(address) != null;
    }

    @Override
    public CompletionStage<LogRecord> read(GlobalAddress address, ReplicaTimes times) {
        var answered = times.asked(null, 1);
        return CompletableFuture.supplyAsync(
                () -> {
                    var record = readNow(address);
                    answered.run();
                    return record;
                },
                readers);
    }

    @Override
    public CompletionStage<?> readAll(Collection<GlobalAddress> addresses, BatchReader reader) {
        return CompletableFuture.runAsync(
                () -> {
                    var found = HashMap.<GlobalAddress, Outcome<LogRecord>>newHashMap(addresses.size());
                    addresses.forEach(address -> found.put(address, outcome(address)));
                    reader.told(found);
                },
                readers);
    }

    private @Nullable ShardReplica find(GlobalAddress address) {
        return replicas.apply(new ShardId(address.log(), address.shard()));
    }

    private Outcome<LogRecord> outcome(GlobalAddress address) {
        try {
            return new Outcome.Found<>(readNow(address));
        } catch (ForelogException | CorruptBatchException e) {
            return new Outcome.Failed<>(e);
        }
    }

    /** Reads on the calling thread, which must be one that may wait for the disk. */
    public LogRecord readNow(GlobalAddress address) {
        var replica = find(address);
        if (replica == null) {
            throw new NoLeaderException("shard " + address.shard() + " is not open on this node");
        }
        requireReadable(replica, address.offset());
        return replica.log().read(address.offset());
    }

    /**
     * @throws NoSuchRecordException at or above the high watermark
     * @throws RecordExpiredException below the start
     */
    public static void requireReadable(ShardReplica replica, long offset) {
        requireReadable(replica.number(), offset, replica.startOffset(), replica.highWatermark());
    }

    static void requireReadable(int shard, long offset, long start, long highWatermark) {
        if (offset >= highWatermark) {
            throw new NoSuchRecordException(shard, offset, highWatermark);
        }
        if (offset < start) {
            throw new RecordExpiredException(shard, offset, start);
        }
    }
}
