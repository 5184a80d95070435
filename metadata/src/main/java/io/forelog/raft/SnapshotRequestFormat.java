package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.RaftMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A checkpoint, announced without its manifest or sent with it. There is one chunk, which is the manifest. */
record SnapshotRequestFormat() implements MessageFormat<InstallSnapshotRequest> {

    @Override
    public Class<InstallSnapshotRequest> type() {
        return InstallSnapshotRequest.class;
    }

    @Override
    public void write(InstallSnapshotRequest message, FrameWriter target) {
        target.putBoolean(message.isSenderLeader());
        target.putInt(message.getSnapshotTerm());
        target.putLong(message.getSnapshotIndex());
        target.putLong(message.getQuerySequenceNumber());
        target.putLong(message.getFlowControlSequenceNumber());
        Endpoint.writeAll(message.getSnapshottedMembers(), target);
        EntryCodec.writeView(message.getGroupMembersView(), target);
        var chunk = message.getSnapshotChunk();
        target.putBoolean(chunk != null);
        if (chunk != null) {
            target.putBytes((ByteBuffer) chunk.getOperation());
        }
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        var leader = source.getBoolean();
        var term = source.getInt();
        var index = source.getLong();
        var builder = MODELS.createInstallSnapshotRequestBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setSenderLeader(leader)
                .setSnapshotTerm(term)
                .setSnapshotIndex(index)
                .setTotalSnapshotChunkCount(1)
                .setQuerySequenceNumber(source.getLong())
                .setFlowControlSequenceNumber(source.getLong())
                .setSnapshottedMembers(Endpoint.readAll(source));
        var view = EntryCodec.readView(source);
        return builder.setGroupMembersView(view)
                .setSnapshotChunk(chunk(source, index, term, view))
                .build();
    }

    private static @Nullable SnapshotChunk chunk(FrameReader source, long index, int term, RaftGroupMembersView view)
            throws MalformedFrameException {
        return source.getBoolean() ? chunk(index, term, view, source.getBytes()) : null;
    }

    static SnapshotChunk chunk(long index, int term, RaftGroupMembersView view, ByteBuffer manifest) {
        return MODELS.createSnapshotChunkBuilder()
                .setIndex(index)
                .setTerm(term)
                .setGroupMembersView(view)
                .setSnapshotChunkIndex(0)
                .setSnapshotChunkCount(1)
                .setOperation(manifest)
                .build();
    }
}
