package io.forelog.metadata;

import io.forelog.error.NoSuchLogException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that the metadata store holds, at one version.
 *
 * @param version raised by each command that changed something
 * @param nextIncarnation what the next log gets
 * @param logs by name
 * @param nodes by name
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
        List<Group> groups,
        ClientState clients,
        StoredPolicy policy,
        PlanBook plans) {

    public static final ClusterState EMPTY = new ClusterState(
            0, 1, Map.of(), Map.of(), List.of(), ClientState.EMPTY, StoredPolicy.DEFAULT, PlanBook.EMPTY);

    public ClusterState {
        logs = Map.copyOf(logs);
        nodes = Map.copyOf(nodes);
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

    ClusterState with(Log log) {
        var next = new TreeMap<>(logs);
        next.put(log.name(), log);
        return new ClusterState(
                version + 1, Math.max(nextIncarnation, log.incarnation() + 1), next, nodes, groups, clients, policy, plans);
    }

    ClusterState without(String name) {
        var next = new TreeMap<>(logs);
        var removed = next.remove(name);
        var left = removed == null ? clients : clients.withoutCursorsOf(removed.incarnation());
        var planned = removed == null ? plans : plans.without(removed.incarnation());
        return new ClusterState(version + 1, nextIncarnation, next, nodes, groups, left, policy, planned);
    }

    ClusterState with(ClusterNode node) {
        var next = new TreeMap<>(nodes);
        next.put(node.name(), node);
        return new ClusterState(version + 1, nextIncarnation, logs, next, groups, clients, policy, plans);
    }

    ClusterState with(ClientState next) {
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, groups, next, policy, plans);
    }

    ClusterState with(StoredPolicy next) {
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, groups, clients, next, plans);
    }

    ClusterState with(PlanBook next) {
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, groups, clients, policy, next);
    }

    ClusterState with(Group group) {
        var next = new ArrayList<>(groups);
        if (group.id() == next.size()) {
            next.add(group);
        } else {
            next.set(group.id(), group);
        }
        return new ClusterState(version + 1, nextIncarnation, logs, nodes, next, clients, policy, plans);
    }

    /**
     * Returns this state with a group of so many replicas for each active node to lead, and in it the log, its shards
     * spread over them.
     */
    ClusterState withCreated(String name, LogSettings settings, long createdAt) {
        var active = new TreeMap<>(nodes)
                .values().stream().filter(node -> !node.draining()).toList();
        if (active.isEmpty()) {
            throw new IllegalArgumentException("no node can take shards: all are draining");
        }
        var state = this;
        var chosen = new ArrayList<Integer>();
        for (var node : active) {
            var members = Placement.members(active, node.name(), settings.replicas());
            var known = state.groups.stream()
                    .filter(group -> group.preferred().equals(node.name()) && group.members().equals(members))
                    .findFirst();
            if (known.isPresent()) {
                chosen.add(known.get().id());
            } else {
                var founders = members.stream().map(member -> nodes.get(member).member()).toList();
                var group = new Group(state.groups.size(), founders, members, node.name(), null, 0);
                state = state.with(group);
                chosen.add(group.id());
            }
        }
        var rounds = Placement.rounds(nextIncarnation, chosen.size());
        var groupOf = IntStream.range(0, settings.shards())
                .mapToObj(shard -> chosen.get((int) rounds.applyAsLong(shard)))
                .toList();
        return state.with(new Log(name, nextIncarnation, settings, ShardMap.initial(groupOf), createdAt));
    }
}
