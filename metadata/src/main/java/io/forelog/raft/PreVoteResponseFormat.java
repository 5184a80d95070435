package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;

/** Whether it would have the vote. */
record PreVoteResponseFormat() implements MessageFormat<PreVoteResponse> {

    @Override
    public Class<PreVoteResponse> type() {
        return PreVoteResponse.class;
    }

    @Override
    public void write(PreVoteResponse message, FrameWriter target) {
        target.putBoolean(message.isGranted());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createPreVoteResponseBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setGranted(source.getBoolean())
                .build();
    }
}
