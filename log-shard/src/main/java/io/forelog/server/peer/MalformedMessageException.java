package io.forelog.server.peer;

/** Bytes that should be a message of another node are none, or of a version that this node does not speak. */
public final class MalformedMessageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message);
    }
}
