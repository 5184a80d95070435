package io.forelog.loadgen.cli;

import org.jspecify.annotations.Nullable;

/** A command could not do its work, for a reason that its message tells in full; shown without a stack trace. */
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
