package io.forelog.server.route;

import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.Log;
import io.forelog.replication.Groups;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.Peers;
import io.forelog.server.shard.LocalOwner;
import io.forelog.server.shard.ShardReader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Readers of every shard, wherever its replicas are. Safe for use by any thread. */
public final class ShardReaders {

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final RoutedCall calls;
    private final ShardGroups shards;
    private final Groups groups;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final Peers peers;
    private final SpreadKeys spread;

    /**
     * @param node this node's name
     * @param readers threads that may wait for the disk
     * @param timeout how long a read may take, from one try to the next
     * @param spread keys that more nodes than their leader's answer for
     */
    public ShardReaders(
            String node,
            ShardGroups shards,
            Groups groups,
            Function<ShardId, @Nullable ShardReplica> replicas,
            Peers peers,
            Executor readers,
            Duration timeout,
            SpreadKeys spread) {
        this.calls = new RoutedCall(node, shards, groups, readers, timeout);
        this.shards = shards;
        this.groups = groups;
        this.replicas = replicas;
        this.peers = peers;
        this.spread = spread;
    }

    /** @throws NoSuchShardException if the log never had the shard */
    public ShardReader of(Log log, int shard) {
        return new RoutedReader(id(log, shard), calls, peers, replicas, spread);
    }

    /**
     * Makes sure that an address can be read, as far as this node can tell: one that the leader of its group is asked
     * for later passes. Done at once for a record that is here.
     *
     * @return fails with a {@link io.forelog.error.NoSuchRecordException} or
     *     {@link io.forelog.error.RecordExpiredException}
     * @throws NoSuchShardException if the log never had the shard
     */
    public CompletableFuture<Void> requireReadable(Log log, int shard, long offset) {
        var id = id(log, shard);
        var replica = replicas.apply(id);
        if (replica == null || replica.holds(offset)) {
            return DONE;
        }
        var group = shards.of(id);
        if (group == null || !groups.leads(group.id())) {
            return DONE;
        }
        // A leader that was deposed unawares would deny what another one has since acknowledged.
        return groups.barrier(group.id()).handle((ready, failure) -> {
            if (failure == null) {
                LocalOwner.requireReadable(replica, offset);
            }
            return null;
        });
    }

    private static ShardId id(Log log, int shard) {
        if (log.shards().shard(shard) == null) {
            throw new NoSuchShardException(log.name(), shard);
        }
        return new ShardId(log.incarnation(), shard);
    }

    /** Returns the keys that more nodes than their leader's answer for. */
    public SpreadKeys spread() {
        return spread;
    }

    RoutedCall calls() {
        return calls;
    }
}
