package io.forelog.metadata.store;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Liveness;
import io.forelog.raft.GroupStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * When each node was heard of last, by the node that leads the metadata. It remembers nothing of earlier leaders: a new
 * one counts everyone's silence from its own beginning, so that nobody is declared dead for what another saw. For one
 * thread.
 */
final class NodesHeard {

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
        state.nodes().keySet().forEach(node -> heardNanos.putIfAbsent(node, nowNanos));
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
