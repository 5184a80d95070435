package io.forelog.metadata;

import io.forelog.metadata.MetadataCommand.PlaceGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where groups should go so that nothing stays on nodes that are drained, removed or dead, and replicas and leadership
 * are spread evenly: a plain function of the cluster's state, which returns nothing more once its commands are applied
 * and the groups have followed.
 *
 * <p>Which nodes hold a group {@link ReplicaPlan} says. It is led by an active one of them. The load of a node is the
 * open shards of the groups that it should lead.
 */
public final class PlacementPlan {

    /** Leadership is moved for balance only if a node would lead so much more than the mean. */
    private static final double IMBALANCE = 1.2;

    private final ClusterState state;
    private final Map<Integer, Integer> weights = new HashMap<>();
    private final ReplicaPlan replicas;
    private final List<Group> placed;
    /** Of the active nodes. */
    private final Map<String, Integer> loads = new TreeMap<>();

    private PlacementPlan(ClusterState state, Liveness liveness, PlacementRules rules) {
        this.state = state;
        weigh();
        this.replicas = new ReplicaPlan(state, liveness, rules, this::weight);
        this.placed = new ArrayList<>(replicas.placed());
    }

    /** Returns the commands that are missing; empty if all is well, or no node is active. */
    public static List<PlaceGroup> of(ClusterState state, Liveness liveness, PlacementRules rules) {
        var plan = new PlacementPlan(state, liveness, rules);
        return plan.replicas.active().isEmpty() ? List.of() : plan.commands();
    }

    private List<PlaceGroup> commands() {
        replicas.active().forEach(node -> loads.put(node.name(), 0));
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
            var most = loads.keySet().stream()
                    .max(Comparator.comparing(loads::get))
                    .orElseThrow();
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
