package io.forelog.metadata.store;

import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Liveness;
import io.forelog.metadata.MetadataCommand.NodeSilent;
import io.forelog.raft.GroupStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When each node was heard of last, by the node that leads the metadata. A new leader goes on from the silence that the
 * one before it told of, so that a node which is gone is called dead however often the leader changes; but first it
 * listens for a while itself, for it may hear what the other did not. What is told are lengths of time, not moments:
 * the nodes' clocks need not agree. For one thread.
 */
final class NodesHeard {

    /** Silence is told in such parts of what makes a node dead: the most of it that a change of leaders forgets. */
    private static final int PARTS = 10;

    private final Duration silentAfter;
    private final Duration deadAfter;
    private final Map<String, Long> heardNanos = new HashMap<>();
    private int term = -1;

    NodesHeard(Duration silentAfter, Duration deadAfter) {
        this.silentAfter = silentAfter;
        this.deadAfter = deadAfter;
    }

    /** Takes how the metadata's group is on its leader; returns who answers. */
    Liveness look(ClusterState state, GroupStatus status, long nowNanos) {
        if (status.term() != term) {
            term = status.term();
            heardNanos.clear();
        }
        heardNanos.keySet().retainAll(state.nodes().keySet());
        state.nodes().values().forEach(node -> heardNanos.putIfAbsent(node.name(), nowNanos - told(node)));
        for (var follower : status.followers()) {
            // A member that never had anything has not been heard of, whatever is counted since it was added.
            if (follower.matchIndex() > 0) {
                heardNanos.computeIfPresent(
                        follower.member().node(),
                        (node, heard) ->
                                Math.max(heard, nowNanos - follower.silence().toNanos()));
            }
        }
        heardNanos.put(status.self().node(), nowNanos);
        return new Liveness(longerThan(silentAfter, nowNanos), longerThan(deadAfter, nowNanos));
    }

    private long told(ClusterNode node) {
        long most = Math.max(0, deadAfter.minus(silentAfter).toNanos());
        return Math.min(node.silence().toNanos(), most);
    }

    /** Returns what the next leader must be told, after a {@link #look} at the same moment. */
    List<NodeSilent> news(ClusterState state, long nowNanos) {
        return state.nodes().values().stream()
                .map(node -> new NodeSilent(node.name(), silence(node.name(), nowNanos)))
                .filter(news -> !news.silence().equals(state.nodes().get(news.name()).silence()))
                .toList();
    }

    /** In whole parts, and no more than makes a node dead: else each look would have news. */
    private Duration silence(String node, long nowNanos) {
        var part = deadAfter.dividedBy(PARTS);
        long parts = Math.min(PARTS, (nowNanos - heardNanos.getOrDefault(node, nowNanos)) / part.toNanos());
        return Duration.ofMillis(part.multipliedBy(parts).toMillis());
    }

    private Set<String> longerThan(Duration limit, long nowNanos) {
        var silent = new HashSet<String>();
        heardNanos.forEach((node, heard) -> {
            if (nowNanos - heard > limit.toNanos()) {
                silent.add(node);
            }
        });
        return silent;
    }
}
