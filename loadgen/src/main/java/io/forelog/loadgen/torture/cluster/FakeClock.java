package io.forelog.loadgen.torture.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock of a node as libfaketime makes it: so many seconds off, by a file that may change while it runs. */
public final class FakeClock {

    private static final Optional<Path> LIBRARY = Stream.of(
                    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
                    "/usr/lib/faketime/libfaketimeMT.so.1",
                    "/usr/local/lib/faketime/libfaketimeMT.so.1",
                    "/usr/lib64/faketime/libfaketimeMT.so.1")
            .map(Path::of)
            .filter(Files::isReadable)
            .findFirst();
    private static final String FILE = "clock";

    private FakeClock() {}

    public static boolean isInstalled() {
        return LIBRARY.isPresent();
    }

    /** Sets the clock of the node whose folder this is. */
    public static void set(Path folder, int secondsOff) throws IOException {
        var next = folder.resolve(FILE + ".next");
        Files.writeString(next, String.format("%+d%n", secondsOff));
        Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Returns the command line that starts a program under the clock of this folder; the same one without
     * libfaketime.
     */
    public static List<String> under(Path folder, List<String> command) throws IOException {
        if (LIBRARY.isEmpty()) {
            return command;
        }
        set(folder, 0);
        var line = new ArrayList<>(List.of(
                "env",
                "LD_PRELOAD=" + LIBRARY.get(),
                "FAKETIME_TIMESTAMP_FILE=" + folder.resolve(FILE),
                // Looked at once a second: at each call it would make a node ten times slower.
                "FAKETIME_CACHE_DURATION=1",
                // Java's nanoTime goes on: what steps on real machines is the wall clock.
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // Else a wait for that clock is taken for one of the other, and ends at once: every idle thread spins.
                "FAKETIME_FORCE_MONOTONIC_FIX=0"));
        line.addAll(command);
        return line;
    }
}
