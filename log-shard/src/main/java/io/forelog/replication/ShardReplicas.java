package io.forelog.replication;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shard replicas that this node holds. Safe for use by any thread. */
public final class ShardReplicas {

    private final Map<ShardId, ShardReplica> held = new ConcurrentHashMap<>();
    /** Guarded by itself. */
    private final Map<ShardId, Use> uses = new HashMap<>();

    private final Map<CompletableFuture<Void>, Awaited> waiting = new ConcurrentHashMap<>();

    /** A replica, and how many groups have it open here, and show it. */
    private static final class Use {

        private final ShardReplica replica;
        private int open;
        private int shown;

        private Use(ShardReplica replica) {
            this.replica = replica;
        }
    }

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

    /** Returns the replica, opened if no other group has it open here; {@link #release} must follow. */
    ShardReplica acquire(ShardId shard, Supplier<ShardReplica> opened) {
        synchronized (uses) {
            var use = uses.computeIfAbsent(shard, unseen -> new Use(opened.get()));
            use.open++;
            return use.replica;
        }
    }

    /**
     * Ends what {@link #acquire} began; the last one closes the replica.
     *
     * @param last what is done then, before it may be opened again
     */
    void release(ShardId shard, Runnable last) {
        synchronized (uses) {
            var use = uses.get(shard);
            if (use != null && --use.open == 0) {
                uses.remove(shard);
                use.replica.close();
                last.run();
            }
        }
    }

    /** Does something unless a group has the shard open here; none can open it meanwhile. */
    boolean unlessOpen(ShardId shard, Runnable action) {
        synchronized (uses) {
            if (uses.containsKey(shard)) {
                return false;
            }
            action.run();
            return true;
        }
    }

    /** Returns whether a group has the shard open here. */
    boolean isOpen(ShardId shard) {
        synchronized (uses) {
            return uses.containsKey(shard);
        }
    }

    /** Lets readers find a replica. */
    void show(ShardReplica replica) {
        synchronized (uses) {
            var use = uses.get(replica.id());
            if (use != null) {
                use.shown++;
            }
            held.put(replica.id(), replica);
        }
        tell();
    }

    /** Ends what {@link #show} began. */
    void hide(ShardId shard) {
        synchronized (uses) {
            var use = uses.get(shard);
            if (use == null || --use.shown == 0) {
                held.remove(shard);
            }
        }
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
