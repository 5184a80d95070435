package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.Log;
import io.forelog.storage.Storage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Applies what it is given at once, as a group of one would, on real shards: for tests of what is around groups. */
public final class DirectReplication implements Replication, AutoCloseable {

    private final Storage storage;
    private final Map<ShardId, ShardReplica> replicas = new ConcurrentHashMap<>();

    public DirectReplication(Storage storage) {
        this.storage = storage;
    }

    /** Opens a replica of a shard. */
    public ShardReplica open(Log log, int number) {
        var id = new ShardId(log.incarnation(), number);
        var replica = new ShardReplica(id, log.name(), storage.open(id.log(), number));
        replica.restore(replica.log().endOffset(), replica.log().producers());
        replicas.put(id, replica);
        return replica;
    }

    @Override
    public synchronized void append(AppendCommand command) {
        var replica = replicas.get(command.shard());
        if (replica == null) {
            command.done().completeExceptionally(new NoLeaderException("no replica of " + command.shard()));
            return;
        }
        switch (replica.apply(command.batch(), command.nextOffset(), 1)) {
            case GroupAnswer.At(var appended) -> command.done().complete(appended);
            case GroupAnswer refused -> command.done().completeExceptionally(refused.refusal(command.shard()));
        }
    }

    @Override
    public synchronized void close() {
        replicas.values().forEach(ShardReplica::close);
    }
}
