package io.forelog.error;

/** A record is over a limit of its log. */
public final class RecordTooLargeException extends ForelogException {

    private static final long serialVersionUID = 1;

    public RecordTooLargeException(String message) {
        super(message);
    }
}
