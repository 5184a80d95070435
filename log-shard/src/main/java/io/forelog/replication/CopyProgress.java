package io.forelog.replication;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How much is being copied to this node, for its groups. Safe for use by any thread. */
public final class CopyProgress {

    /**
     * A shard that is being copied.
     *
     * @param copiedBytes copied since this copy began
     * @param remainingBytes estimated from the size of those records
     */
    public record Copy(int group, ShardId shard, long copiedBytes, long remainingBytes) {}

    private final Map<Integer, OfGroup> groups = new ConcurrentHashMap<>();

    /** Returns the progress of a group's copies, the same for all its replicas here one after another. */
    public OfGroup of(int group) {
        return groups.computeIfAbsent(group, OfGroup::new);
    }

    /** Returns the copies that are under way. */
    public Collection<Copy> underWay() {
        return groups.values().stream()
                .flatMap(group -> group.underWay().stream())
                .toList();
    }

    /** Returns the bytes of batches that were copied since the node started. */
    public long copiedBytes() {
        return groups.values().stream().mapToLong(group -> group.bytes.sum()).sum();
    }

    /** Of one group. */
    public static final class OfGroup {

        private final int group;
        private final LongAdder bytes = new LongAdder();
        private final Map<ShardId, Copy> copies = new ConcurrentHashMap<>();

        private OfGroup(int group) {
            this.group = group;
        }

        private Collection<Copy> underWay() {
            return List.copyOf(copies.values());
        }

        /** So much was copied of a shard since its copy began. */
        public void copied(ShardId shard, long copiedBytes, long copiedRecords, long remainingRecords) {
            long remaining = (long) ((double) copiedBytes / Math.max(1, copiedRecords) * Math.max(0, remainingRecords));
            var before = copies.put(shard, new Copy(group, shard, copiedBytes, remaining));
            bytes.add(copiedBytes - (before == null ? 0 : before.copiedBytes()));
        }

        public void ended(ShardId shard) {
            copies.remove(shard);
        }
    }
}
