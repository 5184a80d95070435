package io.forelog.raft;

import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import java.time.Duration;

/**
 * Begins an election early where the leader's process is known to have ended: there is no point in waiting for whether
 * it only paused. It still waits until the leases have ended that the leader may have had, for what closes connections
 * may have been something else, and the leader well: see {@link ReadBarriers}. And as before, a majority must have lost
 * it.
 *
 * <p>Raft thread only.
 */
final class LeaderLoss {

    private final RaftNodeImpl node;
    private final ScaledTime time;
    private final RaftTiming timing;
    private final RaftRuntime runtime;
    private final NodeExecutor executor;
    private long heardNanos;

    LeaderLoss(RaftNodeImpl node, ScaledTime time, RaftTiming timing, RaftRuntime runtime, NodeExecutor executor) {
        this.node = node;
        this.time = time;
        this.timing = timing;
        this.runtime = runtime;
        this.executor = executor;
        this.heardNanos = runtime.nanoTime();
    }

    /** Something came of the leader. */
    void heard() {
        heardNanos = runtime.nanoTime();
    }

    /** A node's process has ended, as far as its machine says. */
    void ended(String name) {
        var leader = node.state().leader();
        if (leader == null || !Endpoint.idOf(leader).node().equals(name)) {
            return;
        }
        long heard = heardNanos;
        long left = timing.endedTimeout().toNanos() - (runtime.nanoTime() - heard);
        runtime.schedule(Duration.ofNanos(Math.max(0, left)), () -> executor.execute(() -> {
            if (heardNanos == heard && leader.equals(node.state().leader())) {
                elect();
            }
        }));
    }

    /** To MicroRaft the leader has been silent for long, so that it asks for votes, and grants them. */
    private void elect() {
        var state = node.state();
        time.skip(timing.heartbeatTimeout());
        if (state.role() == RaftRole.FOLLOWER
                && state.preCandidateState() == null
                && state.leaderElectionQuorumSize() > 1) {
            node.leader(null);
            node.runPreVote();
        }
    }
}
