package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.wal.SlotFile;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Who a member is, with whom its group began, its term and its vote: durable with each change. */
final class MemberState {

    /** Room for some hundred members. */
    static final int BYTES_MAX = 64 << 10;

    private final SlotFile file;
    private @Nullable RaftEndpointPersistentState endpoint;
    private @Nullable RaftGroupMembersView initialMembers;
    private RaftTermPersistentState term;

    private MemberState(SlotFile file) {
        this.file = file;
        this.term = EntryCodec.MODELS
                .createRaftTermPersistentStateBuilder()
                .setTerm(0)
                .setVotedFor(null)
                .build();
    }

    static MemberState open(SlotFile file) throws IOException {
        var state = new MemberState(file);
        var stored = file.read();
        if (stored.isPresent()) {
            state.read(new FrameReader(stored.get()));
        }
        return state;
    }

    /** Returns whether the replica once started. */
    boolean isComplete() {
        return endpoint != null && initialMembers != null;
    }

    RaftEndpointPersistentState endpoint() {
        return checked(endpoint);
    }

    RaftGroupMembersView initialMembers() {
        return checked(initialMembers);
    }

    RaftTermPersistentState term() {
        return term;
    }

    MemberState endpoint(RaftEndpointPersistentState newEndpoint) throws IOException {
        endpoint = newEndpoint;
        return write();
    }

    MemberState initialMembers(RaftGroupMembersView members) throws IOException {
        initialMembers = members;
        return write();
    }

    MemberState term(RaftTermPersistentState newTerm) throws IOException {
        term = newTerm;
        return write();
    }

    private MemberState write() throws IOException {
        var target = new FrameWriter();
        target.putInt(term.getTerm());
        target.putBoolean(term.getVotedFor() != null);
        if (term.getVotedFor() != null) {
            Endpoint.write(term.getVotedFor(), target);
        }
        target.putBoolean(endpoint != null);
        if (endpoint != null) {
            Endpoint.write(endpoint.getLocalEndpoint(), target);
            target.putBoolean(endpoint.isVoting());
        }
        target.putBoolean(initialMembers != null);
        if (initialMembers != null) {
            EntryCodec.writeView(initialMembers, target);
        }
        file.write(target.toBuffer());
        return this;
    }

    private void read(FrameReader source) throws IOException {
        var models = EntryCodec.MODELS;
        var termNumber = source.getInt();
        term = models.createRaftTermPersistentStateBuilder()
                .setTerm(termNumber)
                .setVotedFor(source.getBoolean() ? Endpoint.read(source) : null)
                .build();
        if (source.getBoolean()) {
            endpoint = models.createRaftEndpointPersistentStateBuilder()
                    .setLocalEndpoint(Endpoint.read(source))
                    .setVoting(source.getBoolean())
                    .build();
        }
        if (source.getBoolean()) {
            initialMembers = EntryCodec.readView(source);
        }
    }

    private static <T> T checked(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the replica never started");
        }
        return value;
    }
}
