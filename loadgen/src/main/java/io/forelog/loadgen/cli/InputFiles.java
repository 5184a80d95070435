package io.forelog.loadgen.cli;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipException;

/** Says in words why a file that a command was given cannot be used. */
final class InputFiles {

    private InputFiles() {}

    static CommandFailedException failed(Path file, IOException failure) {
        return new CommandFailedException(reason(file, failure), failure);
    }

    private static String reason(Path file, IOException failure) {
        if (Files.isDirectory(file)) {
            return file + " is a directory, not a file";
        }
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case ZipException broken -> file + " is not whole, gzip'd text: " + broken.getMessage();
            case EOFException cut -> file + " is not whole, gzip'd text: " + cut.getMessage();
            default -> CommandFailedException.told(failure);
        };
    }
}
