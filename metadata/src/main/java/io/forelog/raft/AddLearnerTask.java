package io.forelog.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.RaftRole;
import io.microraft.exception.MismatchingRaftGroupMembersCommitIndexException;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.task.ReplicateTask;
import io.microraft.impl.util.OrderedFuture;
import io.microraft.report.RaftGroupMembers;
import java.util.LinkedHashSet;

/**
 * Adds a learner as MicroRaft's own task does, which lets no more than two learn at a time: the metadata has more nodes
 * than that beside its voters. Nothing else in the protocol counts learners. Raft thread only.
 */
final class AddLearnerTask implements Runnable {

    private final RaftNodeImpl node;
    private final RaftEndpoint learner;
    private final long expectedIndex;
    private final OrderedFuture<RaftGroupMembers> future;

    /** @param expectedIndex of the entry that set the members, as the caller knows them */
    AddLearnerTask(
            RaftNodeImpl node, RaftEndpoint learner, long expectedIndex, OrderedFuture<RaftGroupMembers> future) {
        this.node = node;
        this.learner = learner;
        this.expectedIndex = expectedIndex;
        this.future = future;
    }

    @Override
    public void run() {
        var state = node.state();
        var committed = state.committedGroupMembers();
        var effective = state.effectiveGroupMembers();
        if (state.role() != RaftRole.LEADER) {
            future.fail(node.newNotLeaderException());
        } else if (committed.getLogIndex() != expectedIndex) {
            future.fail(new MismatchingRaftGroupMembersCommitIndexException(
                    committed.getLogIndex(), committed.getMembers()));
        } else if (effective.isKnownMember(learner) || state.initialMembers().isKnownMember(learner)) {
            future.fail(new IllegalArgumentException(
                    learner + " is, or began as, a member of " + node.getGroupId() + ": " + effective.getMembers()));
        } else {
            var members = new LinkedHashSet<>(effective.getMembers());
            members.add(learner);
            var operation = EntryCodec.MODELS
                    .createUpdateRaftGroupMembersOpBuilder()
                    .setMembers(members)
                    .setVotingMembers(effective.getVotingMembers())
                    .setEndpoint(learner)
                    .setMode(MembershipChangeMode.ADD_LEARNER)
                    .build();
            new ReplicateTask(node, operation, future).run();
        }
    }
}
