package io.forelog.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.impl.RaftNodeImpl;
import java.util.concurrent.CompletableFuture;

/** Changes of a group's members, one at a time; refused if another came in between. */
final class MembershipChanges {

    private final RaftNodeImpl node;
    private final Failures failures;

    MembershipChanges(RaftNodeImpl node, Failures failures) {
        this.node = node;
        this.failures = failures;
    }

    CompletableFuture<Membership> addLearner(MemberId member) {
        return change(member, MembershipChangeMode.ADD_LEARNER);
    }

    CompletableFuture<Membership> promote(MemberId member) {
        return change(member, MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER);
    }

    CompletableFuture<Membership> remove(MemberId member) {
        return change(member, MembershipChangeMode.REMOVE_MEMBER);
    }

    private CompletableFuture<Membership> change(MemberId member, MembershipChangeMode mode) {
        var result = new CompletableFuture<Membership>();
        var expected = node.getCommittedMembers().getLogIndex();
        node.changeMembership(new Endpoint(member), mode, expected).whenComplete((changed, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failures.of(failure));
            } else {
                result.complete(GroupMonitor.membership(changed.getResult()));
            }
        });
        return result;
    }
}
