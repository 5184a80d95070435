package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.RaftMessage;

/** A follower has the log up to an index. */
record AppendSuccessFormat() implements MessageFormat<AppendEntriesSuccessResponse> {

    @Override
    public Class<AppendEntriesSuccessResponse> type() {
        return AppendEntriesSuccessResponse.class;
    }

    @Override
    public void write(AppendEntriesSuccessResponse message, FrameWriter target) {
        target.putLong(message.getLastLogIndex());
        target.putLong(message.getQuerySequenceNumber());
        target.putLong(message.getFlowControlSequenceNumber());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createAppendEntriesSuccessResponseBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setLastLogIndex(source.getLong())
                .setQuerySequenceNumber(source.getLong())
                .setFlowControlSequenceNumber(source.getLong())
                .build();
    }
}
