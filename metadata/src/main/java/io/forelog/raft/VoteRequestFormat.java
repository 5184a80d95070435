package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;

/** A candidate asks for a vote. */
record VoteRequestFormat() implements MessageFormat<VoteRequest> {

    @Override
    public Class<VoteRequest> type() {
        return VoteRequest.class;
    }

    @Override
    public void write(VoteRequest message, FrameWriter target) {
        target.putInt(message.getLastLogTerm());
        target.putLong(message.getLastLogIndex());
        target.putBoolean(message.isSticky());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createVoteRequestBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setLastLogTerm(source.getInt())
                .setLastLogIndex(source.getLong())
                .setSticky(source.getBoolean())
                .build();
    }
}
