package io.forelog.loadgen.cli;

/** A command could not do its work, for a reason that its message tells in full; shown without a stack trace. */
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
