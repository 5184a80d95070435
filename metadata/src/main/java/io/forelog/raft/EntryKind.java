package io.forelog.raft;

import io.forelog.raft.transport.MalformedFrameException;

/** What an entry of the log is. Its ordinal is on disk and on the wire. */
enum EntryKind {
    /** Never written, so that a zero is no entry. */
    NONE,
    /** An operation that counts once it is forced. */
    FORCED,
    /** An operation that counts once it is in memory. */
    BUFFERED,
    /** A new leader's first entry. */
    NEW_TERM,
    /** A change of the members. */
    MEMBERSHIP;

    private static final EntryKind[] VALUES = values();

    static EntryKind of(byte code) throws MalformedFrameException {
        if (code <= 0 || code >= VALUES.length) {
            throw new MalformedFrameException("entry of kind " + code);
        }
        return VALUES[code];
    }

    byte code() {
        return (byte) ordinal();
    }
}
