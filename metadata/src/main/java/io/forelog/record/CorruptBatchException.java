package io.forelog.record;

/**
 * Bytes that should be a record batch are not one: cut short, of another layout, or altered. Nothing was taken from
 * them.
 */
public final class CorruptBatchException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CorruptBatchException(String message) {
        super(message);
    }

    public CorruptBatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
