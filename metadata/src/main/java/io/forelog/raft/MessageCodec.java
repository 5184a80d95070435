package io.forelog.raft;

import io.forelog.raft.MessageFormat.Envelope;
import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.RaftEndpoint;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Raft's messages as bytes: version, type, incarnation of the member they are for, sender, term, and what the type's
 * format adds. Payloads are slices of the frame.
 */
final class MessageCodec {

    private static final byte VERSION = 1;

    /** A type's code is its place here, from 1: append only. */
    private final List<MessageFormat<?>> formats;

    private final String group;
    private final Endpoint self;

    MessageCodec(String group, MemberId self, WriteAheadLog log) {
        this.group = group;
        this.self = new Endpoint(self);
        this.formats = List.of(
                new AppendRequestFormat(log),
                new AppendSuccessFormat(),
                new AppendFailureFormat(),
                new PreVoteRequestFormat(),
                new PreVoteResponseFormat(),
                new VoteRequestFormat(),
                new VoteResponseFormat(),
                new SnapshotRequestFormat(),
                new SnapshotResponseFormat(),
                new ElectionTriggerFormat());
    }

    void write(RaftEndpoint target, RaftMessage message, FrameWriter bytes) throws IOException {
        for (var i = 0; i < formats.size(); i++) {
            if (formats.get(i).type().isInstance(message)) {
                bytes.putByte(VERSION);
                bytes.putByte(i + 1);
                bytes.putInt(Endpoint.idOf(target).incarnation());
                Endpoint.write(message.getSender(), bytes);
                bytes.putInt(message.getTerm());
                write(formats.get(i), message, bytes);
                return;
            }
        }
        throw new IllegalArgumentException("no format for " + message.getClass());
    }

    /** Returns the message; empty if it is for an earlier or later incarnation of this member. */
    Optional<RaftMessage> read(String fromNode, ByteBuffer bytes) throws MalformedFrameException {
        var source = new FrameReader(bytes);
        var version = source.getByte();
        if (version != VERSION) {
            throw new MalformedFrameException("message of version " + version);
        }
        var code = source.getByte();
        if (code < 1 || code > formats.size()) {
            throw new MalformedFrameException("message of type " + code);
        }
        var incarnation = source.getInt();
        var sender = Endpoint.read(source);
        if (!sender.id().node().equals(fromNode)) {
            throw new MalformedFrameException(fromNode + " sends in the name of " + sender);
        }
        var message = formats.get(code - 1).read(new Envelope(group, sender, source.getInt()), source);
        source.end();
        return incarnation == self.id().incarnation() ? Optional.of(message) : Optional.empty();
    }

    private static <T extends RaftMessage> void write(MessageFormat<T> format, RaftMessage message, FrameWriter bytes)
            throws IOException {
        format.write(format.type().cast(message), bytes);
    }
}
