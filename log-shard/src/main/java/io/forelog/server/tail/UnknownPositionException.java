package io.forelog.server.tail;

/** A position names a log or a shard that this node does not know: none, or one that it has not heard of yet. */
public final class UnknownPositionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    UnknownPositionException(String message) {
        super(message);
    }
}
