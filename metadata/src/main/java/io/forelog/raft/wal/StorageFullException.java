package io.forelog.raft.wal;

import java.io.IOException;

/** The log can take no more: the disk is full, or the ring has reached its bound. Nothing was written. */
public final class StorageFullException extends IOException {

    private static final long serialVersionUID = 1;

    public StorageFullException(String message) {
        super(message);
    }

    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
