package io.forelog.raft.wal;

import java.io.IOException;

/** The entry is no longer in the log: a checkpoint let it go, or another term's entry took its index. */
public final class EntryGoneException extends IOException {

    private static final long serialVersionUID = 1;

    public EntryGoneException(String message) {
        super(message);
    }
}
