package io.forelog.raft;

import io.microraft.RaftNodeStatus;
import io.microraft.RaftRole;
import io.microraft.report.RaftGroupMembers;
import io.microraft.report.RaftNodeReport;
import io.microraft.report.RaftNodeReportListener;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Follows a replica's roles and members through MicroRaft's reports, and tells the listener of them in order with what
 * is applied.
 */
final class GroupMonitor implements RaftNodeReportListener {

    /** Term of no leadership. */
    static final long NONE = -1;

    private final GroupListener listener;
    private final Consumer<Runnable> afterApplied;
    private final FollowerWatch watch;
    private final Runnable onRemoved;
    private final ElectionPause elections;
    private volatile Optional<RaftNodeReport> report = Optional.empty();
    private volatile List<FollowerProgress> followers = List.of();
    private volatile long leadingTerm = NONE;
    /** Of the Raft thread. */
    private long membersIndex = -1;

    /**
     * Creates it.
     *
     * @param afterApplied runs a task after all that was handed over to the state machine
     * @param onRemoved run when this member was removed from the group
     * @param elections told when there is a leader
     */
    GroupMonitor(
            GroupListener listener,
            Consumer<Runnable> afterApplied,
            FollowerWatch watch,
            Runnable onRemoved,
            ElectionPause elections) {
        this.listener = listener;
        this.afterApplied = afterApplied;
        this.watch = watch;
        this.onRemoved = onRemoved;
        this.elections = elections;
    }

    Optional<RaftNodeReport> report() {
        return report;
    }

    List<FollowerProgress> followers() {
        return followers;
    }

    /** Returns the term in which this member leads and has applied what came before, {@link #NONE} if it does not. */
    long leadingTerm() {
        return leadingTerm;
    }

    @Override
    public void accept(RaftNodeReport latest) {
        report = Optional.of(latest);
        followers = watch.look(latest);
        if (latest.getTerm().getLeaderEndpoint() != null) {
            elections.decided();
        }
        var term = latest.getTerm().getTerm();
        if (leadingTerm != NONE && !leadsIn(latest, leadingTerm)) {
            var leader =
                    Optional.ofNullable(latest.getTerm().getLeaderEndpoint()).map(Endpoint::idOf);
            var lost = (int) leadingTerm;
            leadingTerm = NONE;
            afterApplied.accept(() -> listener.onFollowing(lost, leader.filter(id -> term > lost)));
        }
        var members = latest.getCommittedMembers();
        if (members.getLogIndex() > membersIndex) {
            membersIndex = members.getLogIndex();
            var membership = membership(members);
            afterApplied.accept(() -> listener.onMembership(membership));
        }
        if (latest.getStatus() == RaftNodeStatus.TERMINATED) {
            onRemoved.run();
        }
    }

    /** All entries before those of {@code term} are applied; called by the thread that applies. */
    void newTerm(int term, Consumer<Runnable> raft) {
        // Roles change on the Raft thread; decided there, an end can never overtake its beginning.
        raft.accept(() -> {
            if (report.filter(latest -> leadsIn(latest, term)).isPresent()) {
                leadingTerm = term;
                afterApplied.accept(() -> listener.onLeading(term));
            }
        });
    }

    static Membership membership(RaftGroupMembers members) {
        return new Membership(
                members.getLogIndex(),
                Endpoint.idsOf(members.getMembers()),
                Endpoint.idsOf(members.getVotingMembers()));
    }

    private static boolean leadsIn(RaftNodeReport report, long term) {
        return report.getRole() == RaftRole.LEADER && report.getTerm().getTerm() == term;
    }
}
