package io.forelog.loadgen.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person is watching. */
public final class Terminal {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /**
     * Returns whether standard error is a terminal. Java can only tell this of standard input and output together, so
     * where the kernel tells it, the kernel is asked.
     */
    public static boolean watchesStandardError() {
        return watches(STANDARD_ERROR);
    }

    /** Returns whether standard output is a terminal. */
    public static boolean watchesStandardOutput() {
        return watches(STANDARD_OUTPUT);
    }

    private static boolean watches(Path stream) {
        if (Files.exists(stream)) {
            try {
                var target = Files.readSymbolicLink(stream).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                // The link cannot be read, as in some sandboxes: better no bar than control characters in a file.
                return false;
            }
        }
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
