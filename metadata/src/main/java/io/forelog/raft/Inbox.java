package io.forelog.raft;

import io.forelog.raft.transport.MalformedFrameException;
import io.forelog.raft.transport.Network;
import io.forelog.raft.wal.StorageFullException;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.RaftNodeStatus;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.handler.AppendEntriesFailureResponseHandler;
import io.microraft.impl.handler.AppendEntriesSuccessResponseHandler;
import io.microraft.impl.handler.InstallSnapshotResponseHandler;
import io.microraft.impl.handler.PreVoteRequestHandler;
import io.microraft.impl.handler.PreVoteResponseHandler;
import io.microraft.impl.handler.TriggerLeaderElectionHandler;
import io.microraft.impl.handler.VoteRequestHandler;
import io.microraft.impl.handler.VoteResponseHandler;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.InstallSnapshotResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a group's messages from the network and hands each to what handles its kind, as the one Raft task at a time.
 * The thread that received a message handles it, unless another task runs: waking another for each message costs more
 * than most messages do.
 */
final class Inbox implements Network.Receiver {

    private static final Logger LOGGER = LoggerFactory.getLogger(Inbox.class);

    private final RaftNodeImpl node;
    private final MessageCodec codec;
    private final WriteAheadLog log;
    private final SnapshotGate snapshots;
    private final Executor raft;
    private final FailStop failStop;
    private final Candidacy candidacy;
    private final LeaderLoss loss;
    private final Runnable onAnswer;
    private volatile boolean storageFull;

    Inbox(
            RaftNodeImpl node,
            MessageCodec codec,
            WriteAheadLog log,
            SnapshotGate snapshots,
            Executor raft,
            FailStop failStop,
            Candidacy candidacy,
            LeaderLoss loss,
            Runnable onAnswer) {
        this.node = node;
        this.codec = codec;
        this.log = log;
        this.snapshots = snapshots;
        this.raft = raft;
        this.failStop = failStop;
        this.candidacy = candidacy;
        this.loss = loss;
        this.onAnswer = onAnswer;
    }

    /** Returns whether the last entries were refused for want of room. */
    boolean storageFull() {
        return storageFull;
    }

    @Override
    public void receive(String fromNode, ByteBuffer bytes) {
        try {
            codec.read(fromNode, bytes).ifPresent(message -> raft.execute(() -> handle(message)));
        } catch (MalformedFrameException e) {
            LOGGER.error("message from {} to {} dropped: {}", fromNode, node.getLocalEndpoint(), e.getMessage());
        }
    }

    @Override
    public void ended(String endedNode) {
        raft.execute(() -> {
            if (node.getStatus() == RaftNodeStatus.ACTIVE) {
                loss.ended(endedNode);
            }
        });
    }

    private void handle(RaftMessage message) {
        if (node.getStatus() == RaftNodeStatus.INITIAL || RaftNodeStatus.isTerminal(node.getStatus())) {
            return;
        }
        // Run here and now: MicroRaft's own dispatch would queue them once more, behind whatever came since.
        switch (message) {
            case AppendEntriesRequest request -> {
                loss.heard();
                append(request);
            }
            case InstallSnapshotRequest request -> {
                loss.heard();
                snapshots.receive(request);
            }
            case PreVoteRequest request -> {
                if (candidacy.mayElect() && !candidacy.goesBefore(request, node)) {
                    new PreVoteRequestHandler(node, request).run();
                }
            }
            case VoteRequest request -> {
                if (!request.isSticky() || candidacy.mayElect()) {
                    new VoteRequestHandler(node, request).run();
                }
            }
            case PreVoteResponse answer -> preVoted(answer);
            case VoteResponse answer -> new VoteResponseHandler(node, answer).run();
            case TriggerLeaderElectionRequest request -> new TriggerLeaderElectionHandler(node, request).run();
            default -> answered(message);
        }
    }

    /**
     * A refusal from a term beyond the one that was asked about moves this member there, as etcd's Raft does. MicroRaft
     * stays in its own: where the rest of a majority is ahead by its term but has the shorter log, each then refuses
     * the other for ever.
     */
    private void preVoted(PreVoteResponse answer) {
        var state = node.state();
        if (!answer.isGranted()
                && answer.getTerm() > state.term() + 1
                && state.role() == RaftRole.FOLLOWER
                && state.leader() == null) {
            node.toFollower(answer.getTerm());
        } else if (candidacy.stands()) {
            new PreVoteResponseHandler(node, answer).run();
        }
    }

    /** MicroRaft takes an answer of an earlier term for one of this, and counts entries that may be gone since. */
    private void answered(RaftMessage message) {
        if (message.getTerm() < node.state().term()) {
            return;
        }
        switch (message) {
            case AppendEntriesSuccessResponse answer -> {
                new AppendEntriesSuccessResponseHandler(node, answer).run();
                onAnswer.run();
            }
            case AppendEntriesFailureResponse answer -> {
                expectLess(answer);
                new AppendEntriesFailureResponseHandler(node, answer).run();
            }
            case InstallSnapshotResponse answer -> new InstallSnapshotResponseHandler(node, answer).run();
            default -> throw new IllegalArgumentException("no handler for " + message.getClass());
        }
    }

    /**
     * A follower that does not know the last entry it acknowledged has lost it: its disk lied, or a flipped bit looked
     * like a torn write. MicroRaft would offer what follows for ever. What counted it stays committed, and what is not
     * yet counts it again once it has the entry; a refusal that was merely late costs a message.
     */
    private void expectLess(AppendEntriesFailureResponse answer) {
        var leading = node.state().leaderState();
        var follower = leading == null ? null : leading.getFollowerStateOrNull(answer.getSender());
        if (follower != null
                && follower.matchIndex() > 0
                && answer.getExpectedNextIndex() == follower.matchIndex() + 1
                && follower.nextIndex() == answer.getExpectedNextIndex()) {
            LOGGER.warn(
                    "{} does not know entry {}, which it acknowledged: what it lost is sent again",
                    answer.getSender(),
                    follower.matchIndex());
            follower.matchIndex(0);
        }
    }

    /** A full disk loses the message, as the network might; nothing is half done, and the leader sends it again. */
    private void append(AppendEntriesRequest request) {
        try {
            if (!request.getLogEntries().isEmpty()) {
                ensureRoom(request);
            }
            new PrefixAwareAppendHandler(node, request).run();
        } catch (StorageFullException e) {
            storageFull = true;
            LOGGER.warn("{} refuses entries: {}", node.getLocalEndpoint(), e.getMessage());
        } catch (IOException e) {
            failStop.stop(e);
        }
    }

    private void ensureRoom(AppendEntriesRequest request) throws IOException {
        var total = 0L;
        var largest = 0;
        for (var entry : request.getLogEntries()) {
            var bytes = EntryCodec.bytes(entry);
            total += bytes + WriteAheadLog.ENTRY_OVERHEAD_BYTES;
            largest = Math.max(largest, bytes);
        }
        log.ensureRoom(total, largest);
        storageFull = false;
    }
}
