package io.forelog.error;

/** Too few replicas are reachable to commit. Nothing was appended: retry later. */
public final class NoQuorumException extends ForelogException {

    private static final long serialVersionUID = 1;

    public NoQuorumException(String message) {
        super(message);
    }
}
