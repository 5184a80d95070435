package io.forelog.loadgen.torture.fault;

import io.forelog.loadgen.torture.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Each force of one node's disk takes long, by {@code strace}, which holds up the calls. */
final class SlowDisk implements Fault {

    private static final String PROGRAM = "strace";
    private static final List<Integer> DELAY_MILLIS = List.of(5, 20, 100);
    private static final long END_SECONDS = 20;

    private Optional<Process> tracer = Optional.empty();

    @Override
    public String name() {
        return "slow-disk";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> impossible(Scene scene) {
        boolean isInstalled = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, PROGRAM)));
        return isInstalled ? Optional.empty() : Optional.of(PROGRAM + " is not installed");
    }

    @Override
    public Optional<String> begin(Scene scene) throws IOException {
        LocalCluster cluster = scene.cluster();
        var victim = scene.anyNode();
        int millis = scene.any(DELAY_MILLIS);
        tracer = Optional.of(new ProcessBuilder(
                        PROGRAM,
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-p",
                        Long.toString(cluster.pid(victim)),
                        "-e",
                        "trace=fsync,fdatasync,msync",
                        "-e",
                        "inject=fsync,fdatasync,msync:delay_enter=" + TimeUnit.MILLISECONDS.toMicros(millis))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
        return Optional.of(victim + " by " + millis + " ms each force");
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        var process = tracer.orElseThrow();
        // It lets go of the node when it is asked to end.
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
