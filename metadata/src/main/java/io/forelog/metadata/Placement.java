package io.forelog.metadata;

import io.forelog.record.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.function.ToIntFunction;

/** Where groups and shards are put: pure functions of the cluster's state, so that every replica decides alike. */
final class Placement {

    private Placement() {}

    /**
     * Returns, for each node, the members of a group that it should lead: it, and the nodes of highest rendezvous
     * weight for it (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998), a node of a
     * region without a replica before any other. A node that would be in more groups than another gives some to that
     * one, where no group is in fewer regions for it.
     */
    static Map<String, List<String>> groups(List<ClusterNode> nodes, int replicas) {
        var groups = new TreeMap<String, List<String>>();
        nodes.forEach(
                node -> groups.put(node.name(), members(nodes, List.of(node), node.name(), replicas, unused -> 0)));
        for (int moves = 0; moves < nodes.size() * replicas && isEvened(nodes, groups); moves++) {}
        return groups;
    }

    /** Returns whether a replica went from a node of many groups to one of at least two fewer. */
    private static boolean isEvened(List<ClusterNode> nodes, Map<String, List<String>> groups) {
        var counts = new HashMap<String, Integer>();
        groups.values().forEach(members -> members.forEach(member -> counts.merge(member, 1, Integer::sum)));
        var byCount = nodes.stream()
                .sorted(Comparator.comparing(node -> counts.get(node.name())))
                .toList();
        for (var giver : byCount.reversed()) {
            for (var taker : byCount) {
                if (counts.get(giver.name()) - counts.get(taker.name()) < 2) {
                    break;
                }
                for (var group : groups.entrySet()) {
                    var moved = replaced(group.getValue(), giver, taker);
                    boolean may = group.getValue().contains(giver.name())
                            && !group.getValue().contains(taker.name())
                            && !group.getKey().equals(giver.name())
                            && regions(nodes, moved) >= regions(nodes, group.getValue());
                    if (may) {
                        group.setValue(moved);
                        return true;
                    }
                }
            }
        }
        return false;
    }

    static List<String> replaced(List<String> members, ClusterNode giver, ClusterNode taker) {
        return members.stream()
                .map(node -> node.equals(giver.name()) ? taker.name() : node)
                .toList();
    }

    static long regions(Collection<ClusterNode> nodes, List<String> members) {
        return nodes.stream()
                .filter(node -> members.contains(node.name()))
                .map(ClusterNode::region)
                .distinct()
                .count();
    }

    /**
     * Returns the members of a group: those that it keeps, and others as needed.
     *
     * @param nodes that may be chosen
     * @param kept nodes that are members whatever happens
     * @param group by what the order of nodes is drawn
     * @param load of a node; among those of new regions, or else among all, the least loaded come first
     */
    static List<String> members(
            List<ClusterNode> nodes,
            List<ClusterNode> kept,
            String group,
            int replicas,
            ToIntFunction<ClusterNode> load) {
        var ranked = nodes.stream()
                .sorted(Comparator.comparingInt(load)
                        .thenComparingLong(node -> weight(group, node.name()))
                        .thenComparing(ClusterNode::name))
                .toList();
        var members = new ArrayList<String>();
        var regions = new HashSet<String>();
        kept.forEach(node -> {
            members.add(node.name());
            regions.add(node.region());
        });
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
     * Returns the group of each of a log's first shards. They go round the groups, so many together at each, beginning
     * at the one that jump consistent hash gives the log (Lamping and Veach, 2014): hashing each shard by itself would
     * leave groups of a log without any, and let appends that could share a force and a message go apart.
     */
    static LongUnaryOperator rounds(long incarnation, int groups, int together) {
        int first = jump(incarnation * 0x9E3779B97F4A7C15L, groups);
        return shard -> (first + shard / together) % groups;
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
