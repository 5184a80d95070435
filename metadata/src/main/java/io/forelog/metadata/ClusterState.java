package io.forelog.metadata;

import io.forelog.error.NoSuchLogException;
import io.forelog.raft.MemberId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that the metadata store holds, at one version.
 *
 * @param version raised by each command that changed something
 * @param nextIncarnation what the next log gets
 * @param logs by name
 * @param nodes by name
 * @param removed names of nodes that were removed for ever; none of them is given to a node again
 * @param groups by id, dense from 0
 * @param clients what is kept for those who call
 * @param policy how the shard manager acts
 * @param plans changes of shards, under way and done
 */
public record ClusterState(
        long version,
        long nextIncarnation,
        Map<String, Log> logs,
        Map<String, ClusterNode> nodes,
        Set<String> removed,
        List<Group> groups,
        ClientState clients,
        StoredPolicy policy,
        PlanBook plans) {

    public static final ClusterState EMPTY = new ClusterState(
            0, 1, Map.of(), Map.of(), Set.of(), List.of(), ClientState.EMPTY, StoredPolicy.DEFAULT, PlanBook.EMPTY);

    public ClusterState {
        logs = Map.copyOf(logs);
        nodes = Map.copyOf(nodes);
        removed = Set.copyOf(removed);
        groups = List.copyOf(groups);
    }

    /** Returns the log, or null. */
    public @Nullable Log find(String name) {
        return logs.get(name);
    }

    /** @throws NoSuchLogException if there is none */
    public Log log(String name) {
        var log = logs.get(name);
        if (log == null) {
            throw new NoSuchLogException(name);
        }
        return log;
    }

    /** Returns the group of a shard. */
    public Group group(Shard shard) {
        return groups.get(shard.group());
    }

    /** Returns the log of an incarnation, or null if it is deleted. */
    public @Nullable Log find(long incarnation) {
        for (var log : logs.values()) {
            if (log.incarnation() == incarnation) {
                return log;
            }
        }
        return null;
    }

    /** Returns whether there was a log of an incarnation; a state that is older than the log does not say so. */
    public boolean isDeleted(long incarnation) {
        return incarnation < nextIncarnation && find(incarnation) == null;
    }

    ClusterState with(Log log) {
        var next = new TreeMap<>(logs);
        next.put(log.name(), log);
        return new ClusterState(
                version + 1,
                Math.max(nextIncarnation, log.incarnation() + 1),
                next,
                nodes,
                removed,
                groups,
                clients,
                policy,
                plans);
    }

    ClusterState without(String name) {
        var next = new TreeMap<>(logs);
        var deleted = next.remove(name);
        var left = deleted == null ? clients : clients.withoutCursorsOf(deleted.incarnation());
        var planned = deleted == null ? plans : plans.without(deleted.incarnation());
        return new ClusterState(version + 1, nextIncarnation, next, nodes, removed, groups, left, policy, planned);
    }

    ClusterState with(ClusterNode node) {
        var next = new TreeMap<>(nodes);
        next.put(node.name(), node);
        return new ClusterState(version + 1, nextIncarnation, logs, next, removed, groups, clients, policy, plans);
    }

    /** Returns this state without a node, whose name is never given to another. */
    ClusterState withoutNode(String name) {
        var next = new TreeMap<>(nodes);
        next.remove(name);
        var gone = new TreeSet<>(removed);
        gone.add(name);
        var left = groups.stream().map(group -> group.without(name)).toList();
        return new ClusterState(version + 1, nextIncarnation, logs, next, gone, left, clients, policy, plans);
    }

    /** Returns this state after a node came back without its disk. */
    ClusterState withRenewed(ClusterNode node) {
        var state = with(node);
        for (var group : groups) {
            var renewed = group.renewedOn(node.name());
            state = renewed == group ? state : state.with(renewed);
        }
        return state;
    }

    ClusterState with(ClientState next) {
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, removed, groups, next, policy, plans);
    }

    ClusterState with(StoredPolicy next) {
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, removed, groups, clients, next, plans);
    }

    ClusterState with(PlanBook next) {
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, removed, groups, clients, policy, next);
    }

    ClusterState with(Group group) {
        var next = new ArrayList<>(groups);
        if (group.id() == next.size()) {
            next.add(group);
        } else {
            next.set(group.id(), group);
        }
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, removed, next, clients, policy, plans);
    }

    /**
     * Returns this state with a group of so many replicas for each active node to lead, and in it the log, its shards
     * spread over them, so many together.
     */
    ClusterState withCreated(String name, LogSettings settings, long createdAt, int together) {
        var active = new TreeMap<>(nodes)
                .values().stream().filter(ClusterNode::isActive).toList();
        if (active.isEmpty()) {
            throw new IllegalArgumentException("no node can take shards: all are draining");
        }
        int replicas = Math.min(settings.replicas(), active.size());
        var placed = Placement.groups(active, replicas);
        var state = this;
        var chosen = new ArrayList<Integer>();
        for (var node : active) {
            var known = state.groups.stream()
                    .filter(group -> group.preferred().equals(node.name())
                            && group.replicas().size() == replicas)
                    .filter(group -> group.members().stream().allMatch(this::isActive))
                    .findFirst();
            if (known.isPresent()) {
                chosen.add(known.get().id());
            } else {
                var group = Group.founded(state.groups.size(), founders(placed.get(node.name())), node.name());
                state = state.with(group);
                chosen.add(group.id());
            }
        }
        var rounds = Placement.rounds(nextIncarnation, chosen.size(), together);
        var groupOf = IntStream.range(0, settings.shards())
                .mapToObj(shard -> chosen.get((int) rounds.applyAsLong(shard)))
                .toList();
        return state.with(new Log(name, nextIncarnation, settings, ShardMap.initial(groupOf), createdAt));
    }

    private List<MemberId> founders(List<String> names) {
        return names.stream().map(name -> nodes.get(name).member()).toList();
    }

    private boolean isActive(String name) {
        var node = nodes.get(name);
        return node != null && node.isActive();
    }
}
