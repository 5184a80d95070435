package io.forelog.error;

/** The disk has no room, or less than the configured reserve. Nothing was appended; reads go on. */
public final class DiskFullException extends ForelogException {

    private static final long serialVersionUID = 1;

    public DiskFullException(String message) {
        super(message);
    }

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
