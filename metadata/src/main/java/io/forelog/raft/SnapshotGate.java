package io.forelog.raft;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.handler.InstallSnapshotRequestHandler;
import io.microraft.model.message.InstallSnapshotRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a leader's checkpoint back until what its manifest names was fetched, for MicroRaft installs synchronously.
 * Meanwhile the leader's offers count as heartbeats, and nothing else is made of them: if the leader takes checkpoints
 * faster than this member can fetch, the one under way is still installed. Raft thread only.
 */
final class SnapshotGate {

    private static final Logger LOGGER = LoggerFactory.getLogger(SnapshotGate.class);

    private final RaftNodeImpl node;
    private final StateMachine stateMachine;
    private final Executor raft;
    private final Executor background;
    private boolean fetching;
    /** The manifest of the checkpoint that was fetched last. */
    private @Nullable ByteBuffer fetched;

    SnapshotGate(RaftNodeImpl node, StateMachine stateMachine, Executor raft, Executor background) {
        this.node = node;
        this.stateMachine = stateMachine;
        this.raft = raft;
        this.background = background;
    }

    void receive(InstallSnapshotRequest request) {
        var state = node.state();
        if (request.getTerm() >= state.term() && request.isSenderLeader()) {
            if (request.getSnapshotIndex() < state.commitIndex()) {
                // MicroRaft would say nothing, and the leader would offer the same for ever.
                LeaderContact.heardFrom(node, request.getSender(), request.getTerm());
                LeaderContact.answerCommitted(
                        node,
                        request.getSender(),
                        request.getQuerySequenceNumber(),
                        request.getFlowControlSequenceNumber());
                return;
            }
            if (fetching) {
                LeaderContact.heardFrom(node, request.getSender(), request.getTerm());
                return;
            }
            forgetNewerOffer(request);
        }
        var chunk = request.getSnapshotChunk();
        if (chunk == null
                || request.getTerm() < state.term()
                || request.getSnapshotIndex() <= state.commitIndex()
                || chunk.getOperation().equals(fetched)) {
            new InstallSnapshotRequestHandler(node, request).run();
        } else {
            fetch(request, (ByteBuffer) chunk.getOperation());
        }
    }

    /**
     * A former leader may have offered a newer checkpoint than the present one has. MicroRaft waits for that one and
     * refuses any older, for ever. There is one chunk, so nothing of it is here.
     */
    private void forgetNewerOffer(InstallSnapshotRequest request) {
        var offered = node.state().snapshotChunkCollector();
        if (offered != null && offered.getSnapshotIndex() > request.getSnapshotIndex()) {
            node.state().snapshotChunkCollector(null);
        }
    }

    private void fetch(InstallSnapshotRequest request, ByteBuffer manifest) {
        fetching = true;
        var from = Endpoint.idOf(request.getSender());
        background.execute(() -> {
            try {
                stateMachine
                        .fetch(from, request.getSnapshotIndex(), manifest.asReadOnlyBuffer())
                        .whenComplete((nothing, failure) -> raft.execute(() -> fetched(request, manifest, failure)));
            } catch (RuntimeException e) {
                raft.execute(() -> fetched(request, manifest, e));
            }
        });
    }

    private void fetched(InstallSnapshotRequest request, ByteBuffer manifest, @Nullable Throwable failure) {
        fetching = false;
        if (failure != null) {
            // MicroRaft has asked for its chunk, and would neither ask again nor ask another leader.
            node.state().snapshotChunkCollector(null);
            LOGGER.warn(
                    "{} could not fetch checkpoint {} of {}, the leader will offer it again",
                    node.getLocalEndpoint(),
                    request.getSnapshotIndex(),
                    request.getSender(),
                    failure);
            return;
        }
        // Of a leader that is none any more, perhaps: then the next one's is fetched too, whichever is older.
        fetched = manifest.duplicate();
        new InstallSnapshotRequestHandler(node, request).run();
    }
}
