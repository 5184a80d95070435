package io.forelog.server.cli;

import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How every command here ends: 0, 1 with a line that says what failed, 2 with a hint at wrong use. */
public final class Commands {

    private static final int FAILED = 1;

    /** How picocli says that a number is none. */
    private static final Pattern TYPE = Pattern.compile("is not an? (int|long|double)$");

    private Commands() {}

    /** Returns what runs a command, called as {@code name}. */
    public static CommandLine of(Object command, String name) {
        return new CommandLine(command)
                .setCommandName(name)
                .setParameterExceptionHandler(Commands::misused)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(name + ": " + told(failure));
                    return FAILED;
                });
    }

    /** Says what is wrong and where help is, not all that could be right: that would push it off the screen. */
    public static int misused(ParameterException first, String[] arguments) {
        var line = first.getCommandLine();
        // An option that is missing is most likely the one that is misspelt.
        var unknown = line.getUnmatchedArguments();
        var misuse = first instanceof MissingParameterException && !unknown.isEmpty()
                ? new UnmatchedArgumentException(line, unknown)
                : first;
        var err = line.getErr();
        err.println(line.getCommandSpec().qualifiedName() + ": "
                + TYPE.matcher(misuse.getMessage()).replaceFirst("is not a number"));
        UnmatchedArgumentException.printSuggestions(misuse, err);
        err.println("See ./" + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Says what went wrong: Java's own exceptions of the commonest mistakes name a file alone, or nothing. */
    public static String told(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + ": no such file or directory";
            case FileAlreadyExistsException e -> e.getFile() + ": is there already, and no directory";
            case AccessDeniedException e -> e.getFile() + ": access denied";
            case ConnectException e -> "no server answers there";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
