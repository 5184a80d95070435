package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.storage.ShardLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Replicas to which appends are applied at once and by nobody's leave: a group of one without its log. */
public final class AppliedHere implements Replication, AutoCloseable {

    private final Map<ShardId, AppliedShard> replicas = new ConcurrentHashMap<>();

    /** Holds a replica on {@code log}; what is there counts as applied. */
    public ShardReplica hold(ShardId shard, String logName, ShardLog log) {
        var replica = new ShardReplica(shard, logName, log);
        replicas.put(
                shard,
                new AppliedShard(
                        replica,
                        new ShardImage(
                                shard, logName, log.endOffset(), 0, 0, Standing.OPEN, log.producers(), List.of())));
        return replica;
    }

    public @Nullable ShardReplica find(ShardId shard) {
        var applied = replicas.get(shard);
        return applied == null ? null : applied.replica();
    }

    @Override
    public synchronized void append(AppendCommand command) {
        var replica = replicas.get(command.shard());
        if (replica == null) {
            command.done().completeExceptionally(new NoLeaderException(command.shard() + " is not held here"));
            return;
        }
        switch (replica.apply(command.batch(), command.nextOffset(), 1)) {
            case GroupAnswer.At(var appended) -> command.done().complete(appended);
            case GroupAnswer.Mismatch(var next) ->
                command.done()
                        .completeExceptionally(
                                new OffsetMismatchException(command.shard().number(), command.nextOffset(), next));
            case GroupAnswer refused -> command.done().completeExceptionally(refused.refusal(command.shard()));
        }
    }

    @Override
    public void close() {
        replicas.values().forEach(applied -> applied.replica().close());
    }
}
