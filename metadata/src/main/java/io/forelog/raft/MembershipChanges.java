package io.forelog.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.Ordered;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.util.OrderedFuture;
import io.microraft.report.RaftGroupMembers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Changes of a group's members, one at a time; refused if another came in between. */
final class MembershipChanges {

    private final RaftNodeImpl node;
    private final Executor raft;
    private final Failures failures;

    /** Creates it; {@code raft} runs tasks on the Raft thread. */
    MembershipChanges(RaftNodeImpl node, Executor raft, Failures failures) {
        this.node = node;
        this.raft = raft;
        this.failures = failures;
    }

    CompletableFuture<Membership> addLearner(MemberId member) {
        var added = new OrderedFuture<RaftGroupMembers>();
        raft.execute(new AddLearnerTask(node, new Endpoint(member), committedIndex(), added));
        return result(added);
    }

    CompletableFuture<Membership> promote(MemberId member) {
        return change(member, MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER);
    }

    CompletableFuture<Membership> remove(MemberId member) {
        return change(member, MembershipChangeMode.REMOVE_MEMBER);
    }

    private CompletableFuture<Membership> change(MemberId member, MembershipChangeMode mode) {
        return result(node.changeMembership(new Endpoint(member), mode, committedIndex()));
    }

    private long committedIndex() {
        return node.getCommittedMembers().getLogIndex();
    }

    private CompletableFuture<Membership> result(CompletableFuture<Ordered<RaftGroupMembers>> change) {
        var result = new CompletableFuture<Membership>();
        change.whenComplete((changed, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failures.of(failure));
            } else {
                result.complete(GroupMonitor.membership(changed.getResult()));
            }
        });
        return result;
    }
}
