package io.forelog.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** How every command here ends: 0, 1 with a line that says what failed, 2 with a hint at wrong use. */
public final class Commands {

    private static final int FAILED = 1;

    private Commands() {}

    static CommandLine of(Object command, String name) {
        return new CommandLine(command)
                .setCommandName(name)
                .setParameterExceptionHandler(Commands::misused)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(name + ": " + failure.getMessage());
                    return FAILED;
                });
    }

    /** Says what is wrong and where help is, not all that could be right: that would push it off the screen. */
    public static int misused(ParameterException misuse, String[] arguments) {
        var line = misuse.getCommandLine();
        var err = line.getErr();
        err.println(line.getCommandSpec().qualifiedName() + ": " + misuse.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(misuse, err);
        err.println("See ./" + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }
}
