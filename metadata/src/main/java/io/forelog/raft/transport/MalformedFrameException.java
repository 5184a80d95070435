package io.forelog.raft.transport;

import java.io.IOException;

/** Bytes from the network that no version of ours writes. */
public final class MalformedFrameException extends IOException {

    private static final long serialVersionUID = 1;

    public MalformedFrameException(String message) {
        super(message);
    }
}
