package io.forelog.metadata;

import io.forelog.metadata.MetadataCommand.PlaceGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where groups should go so that nothing stays on draining nodes and leadership is spread evenly: a plain function of
 * the cluster's state, which returns nothing more once its commands are applied.
 *
 * <p>A member on a draining node is replaced by an active node, of a region without a replica if there is one; where
 * too few nodes are active it stays, for a copy on a node that is leaving is better than none. Leadership goes to an
 * active member. The load of a node is the open shards of the groups that it should lead.
 */
public final class PlacementPlan {

    /** Leadership is moved for balance only if a node would lead so much more than the mean. */
    private static final double IMBALANCE = 1.2;

    private final ClusterState state;
    private final List<ClusterNode> active;
    private final List<Group> placed = new ArrayList<>();
    /** Of the active nodes. */
    private final Map<String, Integer> loads = new TreeMap<>();
    private final Map<Integer, Integer> weights = new HashMap<>();

    private PlacementPlan(ClusterState state) {
        this.state = state;
        this.active = new TreeMap<>(state.nodes())
                .values().stream().filter(node -> !node.draining()).toList();
    }

    /** Returns the commands that are missing; empty if all is well, or no node is active. */
    public static List<PlaceGroup> of(ClusterState state) {
        var plan = new PlacementPlan(state);
        return plan.active.isEmpty() ? List.of() : plan.commands();
    }

    private List<PlaceGroup> commands() {
        active.forEach(node -> loads.put(node.name(), 0));
        weigh();
        for (var group : state.groups()) {
            placed.add(withoutDraining(group));
        }
        for (var group : placed) {
            loads.computeIfPresent(group.preferred(), (node, load) -> load + weight(group));
        }
        // Each leader that leaves is chosen with those before it counted.
        placed.replaceAll(this::ledByActive);
        balance();
        var commands = new ArrayList<PlaceGroup>();
        for (var group : placed) {
            var before = state.groups().get(group.id());
            if (!group.equals(before)) {
                commands.add(new PlaceGroup(group.id(), group.members(), group.preferred()));
            }
        }
        return commands;
    }

    private void weigh() {
        for (var log : state.logs().values()) {
            for (var shard : log.shards().open()) {
                weights.merge(shard.group(), 1, Integer::sum);
            }
        }
    }

    /** A group without shards counts too, though little: it may get some. */
    private int weight(Group group) {
        return 1 + 10 * weights.getOrDefault(group.id(), 0);
    }

    private boolean isActive(String node) {
        return loads.containsKey(node);
    }

    private Group withoutDraining(Group group) {
        var staying = group.members().stream().filter(this::isActive).toList();
        if (staying.size() == group.members().size()) {
            return group;
        }
        var members = new ArrayList<>(
                Placement.members(active, staying, group.preferred(), group.members().size()));
        for (var leaving : group.members()) {
            if (members.size() < group.members().size() && !members.contains(leaving)) {
                members.add(leaving);
            }
        }
        var preferred = members.contains(group.preferred()) ? group.preferred() : members.getFirst();
        return group.on(members, preferred);
    }

    private Group ledByActive(Group group) {
        if (isActive(group.preferred())) {
            return group;
        }
        return group.members().stream()
                .filter(this::isActive)
                .min(Comparator.comparing(loads::get))
                .map(leader -> moved(group, leader))
                .orElse(group);
    }

    private Group moved(Group group, String leader) {
        loads.computeIfPresent(group.preferred(), (node, load) -> load - weight(group));
        loads.merge(leader, weight(group), Integer::sum);
        return group.on(group.members(), leader);
    }

    /** Each move takes from the node that leads most and leaves neither with as much: so it ends. */
    private void balance() {
        double mean = loads.values().stream().mapToInt(load -> load).average().orElse(0);
        for (int moves = 0; moves < placed.size(); moves++) {
            var most = active.stream().map(ClusterNode::name).max(Comparator.comparing(loads::get)).orElseThrow();
            if (loads.get(most) <= mean * IMBALANCE || !moveFrom(most)) {
                return;
            }
        }
    }

    private boolean moveFrom(String most) {
        for (int id = 0; id < placed.size(); id++) {
            var group = placed.get(id);
            if (!group.preferred().equals(most)) {
                continue;
            }
            var least = group.members().stream()
                    .filter(this::isActive)
                    .min(Comparator.comparing(loads::get))
                    .orElse(most);
            if (loads.get(least) + weight(group) < loads.get(most)) {
                placed.set(id, moved(group, least));
                return true;
            }
        }
        return false;
    }
}
