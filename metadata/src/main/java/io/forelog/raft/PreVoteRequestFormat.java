package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.RaftMessage;

/** A member asks whether it would be elected. */
record PreVoteRequestFormat() implements MessageFormat<PreVoteRequest> {

    @Override
    public Class<PreVoteRequest> type() {
        return PreVoteRequest.class;
    }

    @Override
    public void write(PreVoteRequest message, FrameWriter target) {
        target.putInt(message.getLastLogTerm());
        target.putLong(message.getLastLogIndex());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createPreVoteRequestBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setLastLogTerm(source.getInt())
                .setLastLogIndex(source.getLong())
                .build();
    }
}
