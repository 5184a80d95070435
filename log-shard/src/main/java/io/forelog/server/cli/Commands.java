package io.forelog.server.cli;

import picocli.CommandLine;

/** How every command here ends: 0, 1 with a line that says what failed, 2 with a hint at wrong use. */
final class Commands {

    private static final int FAILED = 1;

    private Commands() {}

    static CommandLine of(Object command, String name) {
        return new CommandLine(command).setCommandName(name).setExecutionExceptionHandler((failure, line, parsed) -> {
            line.getErr().println(name + ": " + failure.getMessage());
            return FAILED;
        });
    }
}
