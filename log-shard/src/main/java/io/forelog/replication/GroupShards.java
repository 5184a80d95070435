package io.forelog.replication;

import io.forelog.storage.ShardLogs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The shards of one group on this node, and those that are being copied for it. Changed by the thread that applies;
 * looked at by any.
 */
final class GroupShards {

    private final ShardLogs logs;
    private final ShardReplicas replicas;
    private final Predicate<ShardId> ofAnother;
    private final Map<ShardId, AppliedShard> held = new ConcurrentSkipListMap<>();

    /** Replicas that are being copied, to be held later. */
    private final Map<ShardId, ShardReplica> staged = new ConcurrentHashMap<>();

    /** Of those staged the ones that an entry is filling, to hold them: nobody else may let go of them. */
    private final Set<ShardId> claimed = ConcurrentHashMap.newKeySet();

    /**
     * Shards that other groups took over, by the plan that moved them: whoever asks for one anew has not heard of it.
     */
    private final Map<ShardId, Long> forgotten = new ConcurrentSkipListMap<>();

    /**
     * @param ofAnother whether another group of this node may have records of a shard here, which after a restart it
     *     has perhaps not opened yet
     */
    GroupShards(ShardLogs logs, ShardReplicas replicas, Predicate<ShardId> ofAnother) {
        this.logs = logs;
        this.replicas = replicas;
        this.ofAnother = ofAnother;
    }

    /** Returns whether what is here of a shard may be another group's, too, and so is not to be deleted. */
    boolean isOfAnother(ShardId shard) {
        return ofAnother.test(shard);
    }

    Set<ShardId> ids() {
        return Set.copyOf(held.keySet());
    }

    Collection<AppliedShard> all() {
        return List.copyOf(held.values());
    }

    @Nullable
    AppliedShard find(ShardId shard) {
        return held.get(shard);
    }

    /** Returns the replica that is to be filled for a shard: the one that is held, or one that is not shown yet. */
    synchronized ShardReplica staged(ShardId shard, String logName) {
        var known = held.get(shard);
        return known == null ? staged.computeIfAbsent(shard, id -> opened(id, logName)) : known.replica();
    }

    /** As {@link #staged(ShardId, String)}, of a shard that will be held next, whatever is thought of its copy. */
    synchronized ShardReplica claimed(ShardId shard, String logName) {
        claimed.add(shard);
        return staged(shard, logName);
    }

    /** Returns the replicas that are filled and not held yet. */
    Collection<ShardReplica> staged() {
        return List.copyOf(staged.values());
    }

    private ShardReplica opened(ShardId shard, String logName) {
        return replicas.acquire(shard, () -> new ShardReplica(shard, logName, logs.open(shard.log(), shard.number())));
    }

    /**
     * Lets go of a shard's copy, and remembers that another group has the shard. Its files stay: they may be that one's
     * too, which after a restart has perhaps not opened them yet.
     */
    void forget(ShardId shard, long plan) {
        letGo(shard, () -> logs.close(shard.log(), shard.number()));
        forgotten.put(shard, plan);
    }

    boolean isForgotten(ShardId shard) {
        return forgotten.containsKey(shard);
    }

    Map<ShardId, Long> forgotten() {
        return Map.copyOf(forgotten);
    }

    /** Makes what is held, and what is forgotten, no more than that. */
    void retain(Set<ShardId> named, Map<ShardId, Long> gone) {
        for (var shard : ids()) {
            if (gone.containsKey(shard)) {
                forget(shard, gone.get(shard));
            } else if (!named.contains(shard)) {
                drop(shard);
            }
        }
        forgotten.clear();
        forgotten.putAll(gone);
    }

    /** Makes a shard what an image says; its records must be here. */
    synchronized AppliedShard hold(ShardImage image) {
        var id = image.id();
        var known = held.get(id);
        var replica = known == null ? staged(id, image.logName()) : known.replica();
        var applied = new AppliedShard(replica, image);
        staged.remove(id);
        claimed.remove(id);
        forgotten.remove(id);
        held.put(id, applied);
        if (known == null) {
            replicas.show(replica);
        }
        return applied;
    }

    /** Lets go of a shard whose log is deleted. Its files stay, for the last checkpoint may name it. */
    void close(ShardId shard) {
        forgotten.remove(shard);
        letGo(shard, () -> logs.close(shard.log(), shard.number()));
    }

    /** Deletes the files of a shard, unless another group has it open here. */
    void delete(ShardId shard) {
        replicas.unlessOpen(shard, () -> logs.delete(shard.log(), shard.number()));
    }

    /** Lets go of a shard that is in no checkpoint any more, and deletes what is here of it. */
    private void drop(ShardId shard) {
        forgotten.remove(shard);
        letGo(shard, () -> logs.delete(shard.log(), shard.number()));
    }

    private void letGo(ShardId shard, Runnable last) {
        if (held.remove(shard) != null) {
            replicas.hide(shard);
            replicas.release(shard, last);
        }
    }

    /**
     * As {@link #unstage}, unless an entry is about to hold it.
     *
     * @param stays whether its files are not to be deleted, as those that may be another group's never are
     */
    synchronized void unstageUnclaimed(ShardId shard, boolean stays) {
        if (claimed.contains(shard)) {
            return;
        }
        if (!stays && !isOfAnother(shard)) {
            unstage(shard);
        } else if (staged.remove(shard) != null) {
            release(shard);
        }
    }

    /** Lets go of a copy that will not be held. */
    synchronized void unstage(ShardId shard) {
        if (staged.remove(shard) != null) {
            replicas.release(shard, () -> logs.delete(shard.log(), shard.number()));
        }
    }

    /** Lets go of everything; what stays may be opened again, by a later member of the group in this process too. */
    void close() {
        for (var shard : held.keySet()) {
            replicas.hide(shard);
            release(shard);
        }
        staged.keySet().forEach(this::release);
    }

    private void release(ShardId shard) {
        replicas.release(shard, () -> logs.close(shard.log(), shard.number()));
    }
}
