package io.forelog.raft;

import io.microraft.RaftEndpoint;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.model.message.PreVoteRequest;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a member may stand for election, and when it leaves that to another.
 *
 * <p>Followers hear of their leader at the same moments, so they miss it at the same moment: each asks whether it would
 * be elected, each grants that to the other, and both stand, and split the votes. Here, of members whose logs are
 * equally long the one of the lower rank asks and the other lets it: a member that told another that it would vote for
 * it does not stand itself for as long as an election may take. The rank depends on the group, so that the groups which
 * lose their leader together do not all go to one node.
 *
 * <p>Raft thread only.
 */
final class Candidacy {

    private final String group;
    private final MemberId self;
    private final LongSupplier nanoTime;
    private final long turnNanos;
    private final long mayElectNanos;
    private final long mayStandNanos;
    private @Nullable Long askedNanos;
    private @Nullable Long cededNanos;

    /**
     * Creates it.
     *
     * @param restored whether the member was one before: it forgot when it heard of a leader last, and must not break
     *     what it promised that one
     */
    Candidacy(GroupConfig config, boolean restored, LongSupplier nanoTime) {
        this.group = config.group();
        this.self = config.self();
        this.nanoTime = nanoTime;
        this.turnNanos = config.timing().electionTimeout().toNanos();
        long heartbeatNanos = config.timing().heartbeatTimeout().toNanos();
        this.mayElectNanos = nanoTime.getAsLong() + (restored ? heartbeatNanos : 0);
        boolean standsFirst =
                restored || config.self().equals(config.initialMembers().getFirst());
        this.mayStandNanos = mayElectNanos + (standsFirst ? 0 : heartbeatNanos);
    }

    /** Returns whether it may vote, unless a leader asked it to. */
    boolean mayElect() {
        return nanoTime.getAsLong() - mayElectNanos >= 0;
    }

    /**
     * Returns whether it may ask for votes. The first of a new group's members stands alone at first: several would
     * split the votes, and it should lead.
     */
    boolean mayStand() {
        return nanoTime.getAsLong() - mayStandNanos >= 0 && !isRecent(cededNanos);
    }

    /** It asks the others whether they would vote for it. */
    void asked() {
        askedNanos = nanoTime.getAsLong();
    }

    /** It told another member that it would vote for it. */
    void ceded() {
        cededNanos = nanoTime.getAsLong();
    }

    /** Returns whether what others answered to its own question counts. */
    boolean stands() {
        return !isRecent(cededNanos);
    }

    /** Returns whether a member that asks has to wait, because this one has asked too and goes first. */
    boolean goesBefore(PreVoteRequest request, RaftNodeImpl node) {
        if (!isRecent(askedNanos) || !stands() || node.state().role() != RaftRole.FOLLOWER) {
            return false;
        }
        var last = node.state().log().lastLogOrSnapshotEntry();
        return last.getTerm() == request.getLastLogTerm()
                && last.getIndex() == request.getLastLogIndex()
                && isBefore(request.getSender());
    }

    private boolean isBefore(RaftEndpoint sender) {
        var other = Endpoint.idOf(sender);
        int byRank = Integer.compare(rank(self), rank(other));
        return byRank != 0 ? byRank < 0 : self.compareTo(other) < 0;
    }

    private int rank(MemberId member) {
        return (group + '/' + member).hashCode() * 0x9E3779B9;
    }

    private boolean isRecent(@Nullable Long moment) {
        return moment != null && nanoTime.getAsLong() - moment < turnNanos;
    }
}
