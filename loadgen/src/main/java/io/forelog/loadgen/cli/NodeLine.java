package io.forelog.loadgen.cli;

import java.util.List;

/** How the launcher starts a node, for commands that start nodes of their own. */
final class NodeLine {

    private static final String PROPERTY = "forelog.node.command";

    private NodeLine() {}

    /**
     * Returns the command line of a node, without its options; its main class is last.
     *
     * @throws CommandFailedException if the launcher did not say
     */
    static List<String> get() {
        var command = System.getProperty(PROPERTY);
        if (command == null || command.isBlank()) {
            throw new CommandFailedException(
                    "the system property " + PROPERTY + " does not say how a node is started; use ./forelog", null);
        }
        return command.lines().filter(line -> !line.isBlank()).toList();
    }
}
