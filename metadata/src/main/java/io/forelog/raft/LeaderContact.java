package io.forelog.raft;

import io.microraft.RaftEndpoint;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;

/** What any message of a legitimate leader means to a follower, besides its content. Raft thread only. */
final class LeaderContact {

    private LeaderContact() {}

    /** Follows {@code leader} of {@code term}, which is not below the current one. */
    static void heardFrom(RaftNodeImpl node, RaftEndpoint leader, int term) {
        var state = node.state();
        if (term > state.term()
                || (state.role() != RaftRole.FOLLOWER && state.role() != RaftRole.LEARNER)
                || state.preCandidateState() != null) {
            node.toFollower(term);
        }
        if (!leader.equals(state.leader())) {
            node.leader(leader);
        }
        node.leaderHeartbeatReceived();
    }

    /** Tells the leader that all up to the commit index is here, which is true whatever its own log begins with. */
    static void answerCommitted(RaftNodeImpl node, RaftEndpoint leader, long query, long flowControl) {
        // The leader counts this towards commits; what a former leader has not forced yet must be.
        node.state().log().flush();
        node.send(
                leader,
                EntryCodec.MODELS
                        .createAppendEntriesSuccessResponseBuilder()
                        .setGroupId(node.getGroupId())
                        .setSender(node.getLocalEndpoint())
                        .setTerm(node.state().term())
                        .setLastLogIndex(node.state().commitIndex())
                        .setQuerySequenceNumber(query)
                        .setFlowControlSequenceNumber(flowControl)
                        .build());
    }
}
