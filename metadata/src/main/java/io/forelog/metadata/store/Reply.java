package io.forelog.metadata.store;

import io.forelog.raft.SubmitException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;

/**
 * What a node answers to whoever handed it a command.
 *
 * @param leader who leads, as far as known; empty if nobody is known to
 */
record Reply(Kind kind, String leader) {

    /** What the submitter does next. */
    enum Kind {
        /** It is in the log for good: wait until the own replica has it. */
        COMMITTED,
        /** Nothing was appended: send it to the leader. */
        NOT_LEADER,
        /** Nothing was appended: too few voters are reachable. */
        NO_QUORUM,
        /** Nothing was appended: too much is pending. */
        OVERLOADED,
        /** Nothing was appended: the disk of the leader is full. */
        FULL,
        /** It may be committed or not. */
        UNKNOWN
    }

    Reply(Kind kind) {
        this(kind, "");
    }

    static Reply of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case SubmitException.NotLeader elsewhere ->
                new Reply(
                        Kind.NOT_LEADER,
                        elsewhere.leader().map(leader -> leader.node()).orElse(""));
            case SubmitException.Stopped stopped -> new Reply(Kind.NOT_LEADER);
            case SubmitException.NoQuorum few -> new Reply(Kind.NO_QUORUM);
            case SubmitException.Overloaded many -> new Reply(Kind.OVERLOADED);
            case SubmitException.StorageFull full -> new Reply(Kind.FULL);
            default -> new Reply(Kind.UNKNOWN);
        };
    }

    byte[] toBytes() {
        var name = leader.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length)
                .put((byte) kind.ordinal())
                .put(name)
                .array();
    }

    static Reply of(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] < 0 || bytes[0] >= Kind.values().length) {
            return new Reply(Kind.UNKNOWN);
        }
        return new Reply(Kind.values()[bytes[0]], new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
    }
}
