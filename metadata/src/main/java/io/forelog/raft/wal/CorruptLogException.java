package io.forelog.raft.wal;

import java.io.IOException;

/**
 * Bytes that were once forced have changed. The replica must stop: what it held counted towards commits, so it may
 * neither vote nor acknowledge with less. Replace it.
 */
public final class CorruptLogException extends IOException {

    private static final long serialVersionUID = 1;

    public CorruptLogException(String message) {
        super(message);
    }
}
