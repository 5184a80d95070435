package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;

/** How the messages of one type look on the wire, after their envelope. */
interface MessageFormat<T extends RaftMessage> {

    RaftModelFactory MODELS = EntryCodec.MODELS;

    /** What every message begins with. */
    record Envelope(String group, Endpoint sender, int term) {}

    /** Returns the type of message. */
    Class<T> type();

    void write(T message, FrameWriter target) throws IOException;

    RaftMessage read(Envelope envelope, FrameReader source) throws MalformedFrameException;
}
