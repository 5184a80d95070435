package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.RaftMessage;

/** A follower's log does not match, or the leader's term is over. */
record AppendFailureFormat() implements MessageFormat<AppendEntriesFailureResponse> {

    @Override
    public Class<AppendEntriesFailureResponse> type() {
        return AppendEntriesFailureResponse.class;
    }

    @Override
    public void write(AppendEntriesFailureResponse message, FrameWriter target) {
        target.putLong(message.getExpectedNextIndex());
        target.putLong(message.getQuerySequenceNumber());
        target.putLong(message.getFlowControlSequenceNumber());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createAppendEntriesFailureResponseBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setExpectedNextIndex(source.getLong())
                .setQuerySequenceNumber(source.getLong())
                .setFlowControlSequenceNumber(source.getLong())
                .build();
    }
}
