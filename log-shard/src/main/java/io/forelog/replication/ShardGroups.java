package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** Which groups have to do with a shard, by the metadata. */
final class ShardGroups {

    private ShardGroups() {}

    /**
     * Returns the groups: the one that orders the shard's appends, and those that a plan under way moves it between.
     * None if its log is deleted, or the shard is not known.
     */
    static Set<Integer> of(ShardId id, ClusterState state) {
        var log = state.find(id.log());
        var shard = log == null ? null : log.shards().shard(id.number());
        if (shard == null) {
            return Set.of();
        }
        var groups = new TreeSet<Integer>();
        groups.add(shard.group());
        for (var plan : state.plans().all()) {
            if (!plan.state().isFinal() && plan.route().moves() && plan.change().incarnation() == id.log()) {
                groups.add(plan.route().sourceGroup());
                groups.add(plan.route().targetGroup());
            }
        }
        return groups;
    }

    /** Returns the nodes that may have a shard of a group: those of the group, and then those of the others. */
    static Set<String> holders(int group, ShardId id, ClusterState state) {
        var nodes = new LinkedHashSet<>(state.groups().get(group).holders());
        of(id, state).forEach(other -> nodes.addAll(state.groups().get(other).holders()));
        return nodes;
    }

    /** Returns whether a node holds, or should hold, another of these groups than {@code group}. */
    static boolean isOfAnother(int group, String node, ShardId id, ClusterState state) {
        return of(id, state).stream()
                .anyMatch(other -> other != group && state.groups().get(other).concerns(node));
    }
}
