package io.forelog.metadata;

import io.forelog.record.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Where groups and shards are put: pure functions of the cluster's state, so that every replica decides alike. */
final class Placement {

    private Placement() {}

    /**
     * Returns the members of a group that {@code preferred} should lead: it, and the nodes of highest rendezvous
     * weight for it (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998), a node of a
     * region without a replica before any other.
     */
    static List<String> members(List<ClusterNode> nodes, String preferred, int replicas) {
        return members(nodes, List.of(preferred), preferred, replicas);
    }

    /** Returns the members of a group that {@code preferred} should lead, and that keeps those that it has. */
    static List<String> members(List<ClusterNode> nodes, List<String> kept, String preferred, int replicas) {
        var ranked = nodes.stream()
                .sorted(Comparator.<ClusterNode>comparingLong(node -> weight(preferred, node.name()))
                        .thenComparing(ClusterNode::name))
                .toList();
        var members = new ArrayList<>(kept);
        var regions = new HashSet<String>();
        nodes.stream().filter(node -> kept.contains(node.name())).forEach(node -> regions.add(node.region()));
        while (members.size() < replicas) {
            var next = ranked.stream()
                    .filter(node -> !members.contains(node.name()))
                    .min(Comparator.comparing(node -> regions.contains(node.region())));
            if (next.isEmpty()) {
                break;
            }
            members.add(next.get().name());
            regions.add(next.get().region());
        }
        return members;
    }

    /**
     * Returns the group of each of a log's first shards. They go round the groups, beginning at the one that jump
     * consistent hash gives the log (Lamping and Veach, 2014): hashing each shard by itself would leave groups of a
     * small log without any.
     */
    static LongUnaryOperator rounds(long incarnation, int groups) {
        int first = jump(incarnation * 0x9E3779B97F4A7C15L, groups);
        return shard -> (first + shard) % groups;
    }

    /** Jump consistent hash. */
    static int jump(long key, int buckets) {
        long bucket = -1;
        long next = 0;
        long state = key;
        while (next < buckets) {
            bucket = next;
            state = state * 2862933555777941757L + 1;
            next = (long) ((bucket + 1) * (0x1p31 / ((state >>> 33) + 1)));
        }
        return (int) bucket;
    }

    private static long weight(String group, String node) {
        return KeyHash.of((group + '/' + node).getBytes(StandardCharsets.UTF_8));
    }
}
