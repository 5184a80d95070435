package io.forelog.server.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The command {@code cluster} in a process of its own, and what it says. */
final class ClusterProcess implements AutoCloseable {

    private static final Duration READY_MAX = Duration.ofMinutes(2);

    private final Process process;
    private final Map<String, Child> children = new TreeMap<>();
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    /** A node, as the command says. */
    record Child(String name, long pid, String url) {

        void kill() {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
    }

    private ClusterProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> read(process.inputReader(StandardCharsets.UTF_8)));
        Thread.ofVirtual()
                .start(() -> process.errorReader(StandardCharsets.UTF_8).lines().forEach(complaints::add));
    }

    /** Starts the command and returns when it is ready. */
    static ClusterProcess start(Path directory, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("src", "main", "jvm", "forelog.options").toAbsolutePath(),
                "-Xmx256m",
                // Its nodes run as it does, and live for seconds.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ClusterMain.class.getName(),
                "--data",
                directory.toString(),
                "--set",
                "cache.regional.enabled=false",
                "--set",
                "cache.global.address=off"));
        command.addAll(List.of(arguments));
        var cluster = new ClusterProcess(new ProcessBuilder(command).start());
        try {
            cluster.ready.get(READY_MAX.toSeconds(), TimeUnit.SECONDS);
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw new IOException("the cluster is not ready; it said: " + cluster.complaints, e);
        }
    }

    private void read(BufferedReader lines) {
        try (lines) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ");
                if (words[0].equals("node")) {
                    children.put(words[1], new Child(words[1], Long.parseLong(words[3]), words[4]));
                } else if (line.equals("ready")) {
                    ready.complete(null);
                }
            }
            ready.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, Child> children() {
        return children;
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end, as Ctrl-C does, and returns when it and its nodes have. */
    @Override
    public void close() {
        var nodes = process.descendants().toList();
        process.destroy();
        process.onExit().join();
        nodes.forEach(ProcessHandle::destroyForcibly);
    }
}
