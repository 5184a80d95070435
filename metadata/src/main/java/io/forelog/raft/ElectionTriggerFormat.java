package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;

/** A leader asks its successor to stand for election. */
record ElectionTriggerFormat() implements MessageFormat<TriggerLeaderElectionRequest> {

    @Override
    public Class<TriggerLeaderElectionRequest> type() {
        return TriggerLeaderElectionRequest.class;
    }

    @Override
    public void write(TriggerLeaderElectionRequest message, FrameWriter target) {
        target.putInt(message.getLastLogTerm());
        target.putLong(message.getLastLogIndex());
    }

    @Override
    public RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException {
        return MODELS.createTriggerLeaderElectionRequestBuilder()
                .setGroupId(envelope.group())
                .setSender(envelope.sender())
                .setTerm(envelope.term())
                .setLastLogTerm(source.getInt())
                .setLastLogIndex(source.getLong())
                .build();
    }
}
