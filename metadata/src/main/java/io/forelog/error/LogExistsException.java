package io.forelog.error;

/** A log of this name exists with other settings. */
public final class LogExistsException extends ForelogException {

    private static final long serialVersionUID = 1;

    public LogExistsException(String message) {
        super(message);
    }
}
