package io.forelog.loadgen.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** A command could not do its work, for a reason that its message tells in full; shown without a stack trace. */
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Says what is wrong with a file: Java's own exceptions of the commonest mistakes only name it. */
    static String told(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + ": no such file or directory";
            case FileAlreadyExistsException e -> e.getFile() + ": is there already, and no directory";
            case AccessDeniedException e -> e.getFile() + ": access denied";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
