package io.forelog.storage.archive;

/** The archive cannot be reached, or does not hold what it should. Whoever reads may try again. */
public final class ArchiveException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }

    public ArchiveException(String message) {
        super(message);
    }
}
