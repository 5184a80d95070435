package io.forelog.replication;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The shard replicas that this node holds. Safe for use by any thread. */
public final class ShardReplicas {

    private final Map<ShardId, ShardReplica> held = new ConcurrentHashMap<>();
    private final Map<CompletableFuture<Void>, Awaited> waiting = new ConcurrentHashMap<>();

    private record Awaited(Collection<ShardId> shards, boolean held) {}

    /** Returns the replica here, or null. */
    public @Nullable ShardReplica find(ShardId shard) {
        return held.get(shard);
    }

    /** Returns every replica here. */
    public Collection<ShardReplica> all() {
        return List.copyOf(held.values());
    }

    /** Completes once all of these shards are held here. */
    public CompletableFuture<Void> whenHeld(Collection<ShardId> shards) {
        return await(new Awaited(List.copyOf(shards), true));
    }

    /** Completes once none of these shards is held here. */
    public CompletableFuture<Void> whenGone(Collection<ShardId> shards) {
        return await(new Awaited(List.copyOf(shards), false));
    }

    void add(ShardReplica replica) {
        held.put(replica.id(), replica);
        tell();
    }

    void remove(ShardId shard) {
        held.remove(shard);
        tell();
    }

    private CompletableFuture<Void> await(Awaited awaited) {
        var done = new CompletableFuture<Void>();
        waiting.put(done, awaited);
        done.whenComplete((nothing, failure) -> waiting.remove(done));
        tell();
        return done;
    }

    private void tell() {
        waiting.forEach((done, awaited) -> {
            if (awaited.shards().stream().allMatch(shard -> held.containsKey(shard) == awaited.held())) {
                done.complete(null);
            }
        });
    }
}
