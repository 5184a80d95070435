package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.InstallSnapshotResponse;
import io.microraft.model.message.RaftMessage;

/** A follower asks for the manifest of a checkpoint. */
record SnapshotResponseFormat() implements MessageFormat<InstallSnapshotResponse> {

    @Override
    public Class<InstallSnapshotResponse> type() {
        return InstallSnapshotResponse.class;
    }

    @Override
    public void write(InstallSnapshotResponse message, FrameWriter target) {
        target.putLong(message.getSnapshotIndex());
        target.putInt(message.getRequestedSnapshotChunkIndex());
        target.putLong(message.getQuerySequenceNumber());
        target.putLong(message.getFlowControlSequenceNumber());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createInstallSnapshotResponseBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setSnapshotIndex(source.getLong())
                .setRequestedSnapshotChunkIndex(source.getInt())
                .setQuerySequenceNumber(source.getLong())
                .setFlowControlSequenceNumber(source.getLong())
                .build();
    }
}
