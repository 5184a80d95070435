package io.forelog.raft;

import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.Network;
import io.forelog.raft.transport.OutboundMessage;
import io.forelog.raft.wal.CorruptLogException;
import io.microraft.RaftEndpoint;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Sends MicroRaft's messages of one group. Called on the Raft thread; payloads are encoded on the network's. */
final class GroupTransport implements Transport {

    private static final int HEADER_BYTES = 128;
    private static final int ENTRY_HEADER_BYTES = 16;

    private final String group;
    private final Network network;
    private final MessageCodec codec;
    private final GroupLimits limits;
    private final FailStop failStop;
    private final Candidacy candidacy;
    private final Consumer<MemberId> onInstalling;
    private final LongConsumer onCommitted;
    private final CommitNotices notices;

    /**
     * Creates the transport.
     *
     * @param raft runs a task on the Raft thread
     * @param candidacy whether this member may stand for election; told when it does, or lets another
     * @param onInstalling told of each member that is offered a checkpoint
     * @param onCommitted told of the last committed index before another member is
     */
    GroupTransport(
            String group,
            Network network,
            MessageCodec codec,
            GroupLimits limits,
            Duration noticePause,
            RaftRuntime runtime,
            Executor raft,
            FailStop failStop,
            Candidacy candidacy,
            Consumer<MemberId> onInstalling,
            LongConsumer onCommitted) {
        this.group = group;
        this.network = network;
        this.codec = codec;
        this.limits = limits;
        this.failStop = failStop;
        this.candidacy = candidacy;
        this.onInstalling = onInstalling;
        this.onCommitted = onCommitted;
        this.notices = new CommitNotices(noticePause, runtime::nanoTime, runtime::schedule, raft, this::put);
    }

    @Override
    public void send(@Nullable RaftEndpoint target, RaftMessage message) {
        // MicroRaft answers the leader of the moment, which there may not be.
        if (target == null || failStop.isStopped() || (message instanceof PreVoteRequest && !candidacy.mayStand())) {
            return;
        }
        switch (message) {
            case AppendEntriesRequest append -> {
                onCommitted.accept(append.getCommitIndex());
                if (notices.isDue(target, append)) {
                    put(target, bounded(append));
                }
            }
            case InstallSnapshotRequest install -> {
                onInstalling.accept(Endpoint.idOf(target));
                put(target, install);
            }
            case PreVoteRequest asking -> {
                candidacy.asked();
                put(target, asking);
            }
            case PreVoteResponse answer when answer.isGranted() -> {
                candidacy.ceded();
                put(target, answer);
            }
            default -> put(target, message);
        }
    }

    private void put(RaftEndpoint target, RaftMessage message) {
        network.send(Endpoint.idOf(target).node(), group, new Outbound(target, message));
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return network.isConnected(Endpoint.idOf(endpoint).node());
    }

    /** MicroRaft counts entries; a message that is cut short is answered as such, and the rest follows. */
    private AppendEntriesRequest bounded(AppendEntriesRequest request) {
        var entries = request.getLogEntries();
        long bytes = 0;
        for (var i = 0; i < entries.size(); i++) {
            bytes += EntryCodec.bytes(entries.get(i));
            if (bytes > limits.messageBytesMax() && i > 0) {
                return PrefixAwareAppendHandler.copy(
                        request, request.getPreviousLogIndex(), request.getPreviousLogTerm(), entries.subList(0, i));
            }
        }
        return request;
    }

    private final class Outbound implements OutboundMessage {

        private final RaftEndpoint target;
        private final RaftMessage message;
        private final int bytesEstimate;

        Outbound(RaftEndpoint target, RaftMessage message) {
            this.target = target;
            this.message = message;
            this.bytesEstimate = estimate(message);
        }

        @Override
        public int bytesEstimate() {
            return bytesEstimate;
        }

        @Override
        public void encode(FrameWriter bytes) throws IOException {
            try {
                codec.write(target, message, bytes);
            } catch (CorruptLogException e) {
                // Nobody who needs that entry can be fed from here: another member has to lead.
                failStop.stop(e);
                throw e;
            }
        }

        private static int estimate(RaftMessage message) {
            var bytes = HEADER_BYTES;
            if (message instanceof AppendEntriesRequest append) {
                for (var entry : append.getLogEntries()) {
                    bytes += ENTRY_HEADER_BYTES + EntryCodec.bytes(entry);
                }
            }
            return bytes;
        }
    }
}
