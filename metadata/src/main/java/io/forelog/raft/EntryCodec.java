package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.MalformedFrameException;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.MembershipChangeMode;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Entries and lists of members as bytes, the same in the log and on the wire. */
final class EntryCodec {

    static final RaftModelFactory MODELS = new DefaultRaftModelFactory();

    private EntryCodec() {}

    static EntryKind kind(LogEntry entry) {
        return entry.getOperation() instanceof LogOperation operation ? operation.kind() : EntryKind.MEMBERSHIP;
    }

    /** Returns the size of the payload, roughly for a change of members. */
    static int bytes(LogEntry entry) {
        return entry.getOperation() instanceof LogOperation operation ? operation.bytes() : 1024;
    }

    static ByteBuffer payload(LogEntry entry, WriteAheadLog log) throws IOException {
        if (entry.getOperation() instanceof LogOperation operation) {
            return operation.payload(log);
        }
        var change = (UpdateRaftGroupMembersOp) entry.getOperation();
        var target = new FrameWriter();
        target.putByte(change.getMode().ordinal());
        Endpoint.write(change.getEndpoint(), target);
        Endpoint.writeAll(change.getMembers(), target);
        Endpoint.writeAll(change.getVotingMembers(), target);
        return target.toBuffer();
    }

    static LogEntry entry(long index, int term, EntryKind kind, ByteBuffer payload) throws MalformedFrameException {
        Object operation;
        if (kind == EntryKind.MEMBERSHIP) {
            operation = change(payload);
        } else {
            var received = LogOperation.received(kind, payload);
            received.place(index, term);
            operation = received;
        }
        return entry(index, term, operation);
    }

    static LogEntry entry(long index, int term, Object operation) {
        return MODELS.createLogEntryBuilder()
                .setIndex(index)
                .setTerm(term)
                .setOperation(operation)
                .build();
    }

    static void writeView(RaftGroupMembersView view, FrameWriter target) {
        target.putLong(view.getLogIndex());
        Endpoint.writeAll(view.getMembers(), target);
        Endpoint.writeAll(view.getVotingMembers(), target);
    }

    static RaftGroupMembersView readView(FrameReader source) throws MalformedFrameException {
        return MODELS.createRaftGroupMembersViewBuilder()
                .setLogIndex(source.getLong())
                .setMembers(Endpoint.readAll(source))
                .setVotingMembers(Endpoint.readAll(source))
                .build();
    }

    private static UpdateRaftGroupMembersOp change(ByteBuffer payload) throws MalformedFrameException {
        var source = new FrameReader(payload);
        var mode = source.getByte();
        var modes = MembershipChangeMode.values();
        if (mode < 0 || mode >= modes.length) {
            throw new MalformedFrameException("membership change of mode " + mode);
        }
        return MODELS.createUpdateRaftGroupMembersOpBuilder()
                .setMode(modes[mode])
                .setEndpoint(Endpoint.read(source))
                .setMembers(Endpoint.readAll(source))
                .setVotingMembers(Endpoint.readAll(source))
                .build();
    }
}
