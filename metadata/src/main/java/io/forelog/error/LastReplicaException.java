package io.forelog.error;

/** A node cannot be removed: records would be lost with it. Nothing was changed. */
public final class LastReplicaException extends ForelogException {

    private static final long serialVersionUID = 1;

    public LastReplicaException(String message) {
        super(message);
    }
}
