package io.forelog.error;

/** The append may yet commit: a retry may append it twice unless it carries the producer headers. */
public final class CommitUnknownException extends ForelogException {

    private static final long serialVersionUID = 1;

    public CommitUnknownException(String message, Throwable cause) {
        super(message, cause);
    }

    public CommitUnknownException(String message) {
        super(message);
    }
}
