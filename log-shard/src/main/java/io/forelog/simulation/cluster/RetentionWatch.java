package io.forelog.simulation.cluster;

import io.forelog.metadata.ClusterState;
import io.forelog.replication.ShardId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Judges what retention deletes, as it does so: nothing but what is past a bound of its log. */
final class RetentionWatch {

    private final SimulatedCluster cluster;
    /** Where shards begin at least on some node. */
    private final Map<ShardId, Long> begins = new TreeMap<>();
    /** How many shards were open at most, by the log's incarnation. */
    private final Map<Long, Integer> openMax = new TreeMap<>();

    private @Nullable Violation first;

    RetentionWatch(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Throws what was found; who met it may have taken it for a failure of its own. */
    void requireKept() {
        if (first != null) {
            throw first;
        }
    }

    /** A node learned of a state of the cluster; another may learn of it when it is no more. */
    void learned(ClusterState state) {
        for (var log : state.logs().values()) {
            openMax.merge(log.incarnation(), log.shards().open().size(), Math::max);
        }
    }

    /** Returns the offset below which some node has let a shard go. */
    long begins(ShardId shard) {
        return begins.getOrDefault(shard, 0L);
    }

    /**
     * A node deleted the first segments of a shard.
     *
     * @param before all that it had
     * @param start where it begins now
     */
    void deleted(ShardId shard, List<ShardFile.Segment> before, long start) {
        begins.merge(shard, start, Math::max);
        var log = cluster.newest().find(shard.log());
        if (log == null) {
            // Deleted as a whole, which not every node knows yet.
            return;
        }
        var bounds = log.settings().retention();
        // A node that has not heard of a merge yet gives each shard less.
        int most = openMax.getOrDefault(shard.log(), 1);
        long bytes = before.stream().mapToLong(ShardFile.Segment::bytes).sum();
        for (var segment : before) {
            if (segment.end() <= start) {
                boolean isOld = bounds.age() != null
                        && segment.newest()
                                < cluster.clock().millis() - bounds.age().toMillis();
                boolean isMuch = bounds.bytes() != null && bytes > bounds.bytes() / most;
                if (!isOld && !isMuch && first == null) {
                    first = new Violation("retention deleted offsets " + segment.base() + " to " + segment.end()
                            + " of shard " + shard + ", of " + segment.newest() + " ms and with " + bytes
                            + " bytes from there on; the bounds are " + bounds);
                }
            }
            bytes -= segment.bytes();
        }
    }
}
