package io.forelog.metadata;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Which nodes should hold each group. A replica on a node that is drained, removed or dead is replaced by an active
 * node, of a region without a replica if there is one. Where too few nodes are active it stays, for a copy on a node
 * that is leaving is better than none, unless that node is removed: then the group does with a replica less, until
 * another node comes; but while one that could take it does not answer for a moment, it waits for that. The dead are
 * replaced only in groups that can still commit. And from a node that holds much more than the mean some go to nodes
 * that hold less, which is how a node that was added, or is drained no more, gets its share.
 *
 * <p>Only a few groups move at a time. For one use, by one thread.
 */
final class ReplicaPlan {

    private final ClusterState state;
    private final Liveness liveness;
    private final PlacementRules rules;
    private final ToIntFunction<Group> weight;
    private final Map<String, ClusterNode> active = new TreeMap<>();
    /** Active, and there: may be given replicas. */
    private final List<ClusterNode> able;

    private final Map<Integer, Integer> wantedReplicas = new HashMap<>();
    private final Set<Integer> planned = new HashSet<>();
    private final List<Group> placed = new ArrayList<>();
    /** Weight of the replicas that a node should hold. */
    private final Map<String, Integer> loads = new HashMap<>();

    private int mayMove;

    ReplicaPlan(ClusterState state, Liveness liveness, PlacementRules rules, ToIntFunction<Group> weight) {
        this.state = state;
        this.liveness = liveness;
        this.rules = rules;
        this.weight = weight;
        state.nodes().values().stream()
                .filter(node -> node.isActive() && !liveness.dead().contains(node.name()))
                .forEach(node -> active.put(node.name(), node));
        this.able = active.values().stream()
                .filter(node -> !liveness.silent().contains(node.name()))
                .toList();
        this.mayMove = rules.movingMax()
                - (int) state.groups().stream().filter(Group::isMoving).count();
    }

    /** Returns the nodes that groups may stay on, in the order of their names. */
    List<ClusterNode> active() {
        return List.copyOf(active.values());
    }

    /** Returns all groups as they should be next. */
    List<Group> placed() {
        look();
        for (var group : state.groups()) {
            group.members().forEach(node -> loads.merge(node, weight.applyAsInt(group), Integer::sum));
        }
        for (var group : state.groups()) {
            placed.add(active.isEmpty() ? group : repaired(group));
        }
        balance();
        return placed;
    }

    private void look() {
        for (var log : state.logs().values()) {
            for (var shard : log.shards().shards()) {
                wantedReplicas.merge(shard.group(), log.settings().replicas(), Math::max);
            }
        }
        for (var plan : state.plans().all()) {
            if (!plan.state().isFinal() && plan.route().moves()) {
                planned.add(plan.route().sourceGroup());
                planned.add(plan.route().targetGroup());
            }
        }
    }

    private Group repaired(Group group) {
        var before = group.members();
        var going = before.stream().filter(node -> mustGo(group, node)).toList();
        if (going.isEmpty() && group.isMoving()) {
            return group;
        }
        var kept = before.stream()
                .filter(node -> !going.contains(node))
                .map(state.nodes()::get)
                .toList();
        // One without shards is as large as it was made, to be there for the next log.
        int wanted = wantedReplicas.getOrDefault(group.id(), group.founders().size());
        int replicas = Math.max(before.size(), wanted);
        var after = new ArrayList<>(
                Placement.members(able, kept, group.channel(), replicas, node -> loads.getOrDefault(node.name(), 0)));
        boolean mayComeBack = active.size() > able.size() && !after.containsAll(active.keySet());
        for (var node : going) {
            boolean isBetterThanNone = !state.nodes().get(node).leaving() || after.isEmpty() || mayComeBack;
            if (after.size() < before.size() && isBetterThanNone) {
                after.add(node);
            }
        }
        return Set.copyOf(after).equals(Set.copyOf(before)) ? group : placed(group, after);
    }

    private boolean mustGo(Group group, String name) {
        var node = state.nodes().get(name);
        return !node.isActive() || liveness.dead().contains(name) && canCommit(group);
    }

    /** Of an even number, one does not vote: half of them are enough. */
    private boolean canCommit(Group group) {
        long alive = group.present().stream()
                .filter(member -> !liveness.dead().contains(member.node()))
                .count();
        return alive > 0
                && 2 * alive >= group.present().size()
                && group.leader() != null
                && !liveness.dead().contains(group.leader());
    }

    /** Returns the group on other nodes; as it is, if records must be copied and enough groups move already. */
    private Group placed(Group group, List<String> after) {
        if (!group.isMoving() && !after.stream().allMatch(group::concerns)) {
            if (mayMove <= 0) {
                return group;
            }
            mayMove--;
        }
        int heavy = weight.applyAsInt(group);
        group.members().forEach(node -> loads.merge(node, -heavy, Integer::sum));
        after.forEach(node -> loads.merge(node, heavy, Integer::sum));
        var preferred = after.contains(group.preferred()) ? group.preferred() : successor(group, after);
        return group.on(after, preferred);
    }

    private String successor(Group group, List<String> after) {
        return after.stream()
                .filter(node -> group.concerns(node) && active.containsKey(node))
                .findFirst()
                .orElse(after.getFirst());
    }

    /** Each move leaves neither node with as much as the one had that gives: so it ends. */
    private void balance() {
        double mean = active.keySet().stream().mapToInt(this::load).average().orElse(0);
        while (mayMove > 0 && balanced(mean * (1 + rules.slack()))) {}
    }

    private int load(String node) {
        return loads.getOrDefault(node, 0);
    }

    private boolean balanced(double loadMax) {
        var givers = active.keySet().stream()
                .filter(node -> load(node) > loadMax)
                .sorted(Comparator.comparingInt(this::load).reversed())
                .toList();
        var takers = able.stream()
                .sorted(Comparator.comparingInt(node -> load(node.name())))
                .toList();
        for (var giver : givers) {
            for (var taker : takers) {
                if (gave(active.get(giver), taker)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Moves the replica that brings the two nodes nearest to each other, one that does not lead if there is one. */
    private boolean gave(ClusterNode giver, ClusterNode taker) {
        int between = load(giver.name()) - load(taker.name());
        var best = placed.stream()
                .filter(group -> isAtRest(group) && weight.applyAsInt(group) < between)
                .filter(group -> group.members().contains(giver.name()) && !group.concerns(taker.name()))
                .filter(group -> keepsRegions(group, giver, taker))
                .min(Comparator.<Group, Boolean>comparing(
                                group -> group.preferred().equals(giver.name()))
                        .thenComparing(group -> Math.abs(between - 2 * weight.applyAsInt(group))));
        best.ifPresent(
                group -> placed.set(group.id(), placed(group, Placement.replaced(group.members(), giver, taker))));
        return best.isPresent();
    }

    private boolean isAtRest(Group group) {
        return !group.isMoving()
                && !planned.contains(group.id())
                && group.equals(state.groups().get(group.id()));
    }

    private boolean keepsRegions(Group group, ClusterNode giver, ClusterNode taker) {
        var nodes = state.nodes().values();
        var members = group.members();
        return Placement.regions(nodes, Placement.replaced(members, giver, taker)) >= Placement.regions(nodes, members);
    }
}
