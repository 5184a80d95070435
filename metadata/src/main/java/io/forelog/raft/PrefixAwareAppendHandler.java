package io.forelog.raft;

import io.microraft.RaftNodeStatus;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.handler.AppendEntriesRequestHandler;
import io.microraft.model.groupop.RaftGroupOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import java.util.List;

/**
 * Takes a leader's entries where MicroRaft 0.7 alone would get stuck, or fail.
 *
 * <p>MicroRaft compares the leader's previous entry with its own log, and a snapshot drops entries from that. So it
 * refuses a leader whose previous entry the snapshot covers, for ever: the leader never goes back below what it knows
 * to match. That meets a follower which restarts while acknowledgements are lost, or whose log is a snapshot followed
 * only by entries that nobody else has.
 *
 * <p>But what is committed here is in the log of every later leader (leader completeness, section 3.6.3 of the
 * dissertation). So entries up to the commit index are skipped, and a leader that begins below it is told of it, as
 * etcd does. Told so, too, is a leader that is far ahead: MicroRaft would go back one entry for each round trip.
 */
final class PrefixAwareAppendHandler extends AppendEntriesRequestHandler {

    /** Beyond this distance sending again what is not known to be committed is cheaper than one step at a time. */
    private static final int STEPS_MAX = 64;

    PrefixAwareAppendHandler(RaftNodeImpl node, AppendEntriesRequest request) {
        super(node, request);
    }

    @Override
    protected void handle(AppendEntriesRequest request) {
        if (request.getTerm() >= state.term() && state.preCandidateState() != null) {
            // The leader is back before a pre-vote came to anything. MicroRaft would take it for under way for ever,
            // and never hold another when this leader dies.
            LeaderContact.heardFrom(node, request.getSender(), request.getTerm());
        }
        if (request.getTerm() < state.term() || state.commitIndex() == 0) {
            super.handle(request);
            return;
        }
        var log = state.log();
        var previous = request.getPreviousLogIndex();
        var end = previous + request.getLogEntries().size();
        if (previous < state.commitIndex()) {
            requireCommitted(request);
            if (end <= state.commitIndex()) {
                answerCommitted(request);
            } else {
                handle(skipTo(request, state.commitIndex(), committedTerm()));
            }
        } else if (previous == log.snapshotIndex() && log.lastLogOrSnapshotIndex() > previous) {
            handleBehindSnapshot(request);
        } else if (previous > log.lastLogOrSnapshotIndex() + STEPS_MAX) {
            answerCommitted(request);
        } else {
            super.handle(request);
        }
    }

    /**
     * @throws IllegalStateException if the leader has other entries than are committed here: a majority lost what it
     *     had acknowledged. What was served here is not to be taken back, nor to be gone on from
     */
    private void requireCommitted(AppendEntriesRequest request) {
        var log = state.log();
        for (var entry : request.getLogEntries()) {
            if (entry.getIndex() > state.commitIndex()) {
                return;
            }
            if (entry.getIndex() > log.snapshotIndex()
                    && log.getLogEntry(entry.getIndex()).getTerm() != entry.getTerm()) {
                throw new IllegalStateException("entry " + entry.getIndex() + " is committed here with term "
                        + log.getLogEntry(entry.getIndex()).getTerm() + ", but " + request.getSender()
                        + " leads with one of term " + entry.getTerm());
            }
        }
    }

    /** The previous entry is the snapshot's last, which matches for it is committed, but there are entries after it. */
    private void handleBehindSnapshot(AppendEntriesRequest request) {
        if (request.getLogEntries().isEmpty()) {
            answerCommitted(request);
            return;
        }
        var first = request.getLogEntries().getFirst();
        var mine = state.log().getLogEntry(first.getIndex());
        if (mine.getTerm() == first.getTerm()) {
            super.handle(skipTo(request, first.getIndex(), first.getTerm()));
        } else {
            LeaderContact.heardFrom(node, request.getSender(), request.getTerm());
            discardFrom(first.getIndex());
            super.handle(request);
        }
    }

    private void discardFrom(long index) {
        var discarded = state.log().truncateEntriesFrom(index);
        state.invalidateFuturesFrom(index, node.newNotLeaderException());
        if (discarded.stream().map(LogEntry::getOperation).anyMatch(RaftGroupOp.class::isInstance)) {
            node.setStatus(RaftNodeStatus.ACTIVE);
            node.revertGroupMembers();
        }
        state.log().flush();
    }

    private int committedTerm() {
        var log = state.log();
        var index = state.commitIndex();
        return index == log.snapshotIndex()
                ? log.snapshotEntry().getTerm()
                : log.getLogEntry(index).getTerm();
    }

    private void answerCommitted(AppendEntriesRequest request) {
        LeaderContact.heardFrom(node, request.getSender(), request.getTerm());
        LeaderContact.answerCommitted(
                node, request.getSender(), request.getQuerySequenceNumber(), request.getFlowControlSequenceNumber());
    }

    /** Returns the request without its entries up to {@code index}, which it reaches. */
    private static AppendEntriesRequest skipTo(AppendEntriesRequest request, long index, int term) {
        var skipped = (int) (index - request.getPreviousLogIndex());
        var rest = List.copyOf(
                request.getLogEntries().subList(skipped, request.getLogEntries().size()));
        return copy(request, index, term, rest);
    }

    /** Returns the request with other entries. */
    static AppendEntriesRequest copy(
            AppendEntriesRequest request, long previousIndex, int previousTerm, List<LogEntry> entries) {
        return EntryCodec.MODELS
                .createAppendEntriesRequestBuilder()
                .setGroupId(request.getGroupId())
                .setSender(request.getSender())
                .setTerm(request.getTerm())
                .setPreviousLogIndex(previousIndex)
                .setPreviousLogTerm(previousTerm)
                .setCommitIndex(request.getCommitIndex())
                .setQuerySequenceNumber(request.getQuerySequenceNumber())
                .setFlowControlSequenceNumber(request.getFlowControlSequenceNumber())
                .setLogEntries(entries)
                .build();
    }
}
