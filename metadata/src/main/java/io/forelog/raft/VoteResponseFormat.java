package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteResponse;

/** A vote, given or refused. */
record VoteResponseFormat() implements MessageFormat<VoteResponse> {

    @Override
    public Class<VoteResponse> type() {
        return VoteResponse.class;
    }

    @Override
    public void write(VoteResponse message, FrameWriter target) {
        target.putBoolean(message.isGranted());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createVoteResponseBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setGranted(source.getBoolean())
                .build();
    }
}
