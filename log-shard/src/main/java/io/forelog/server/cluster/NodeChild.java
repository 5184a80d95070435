package io.forelog.server.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, under the same Java and the same flags as this one. Safe for use by any thread. */
final class NodeChild implements AutoCloseable {

    private static final String READY = "ready ";
    private static final long END_SECONDS = 30;

    private final Process process;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended;
    private volatile boolean ending;

    private NodeChild(String name, Process process, Path log) {
        this.process = process;
        this.ended = process.onExit().thenApply(Process::exitValue);
        Thread.ofVirtual().name("output-of-" + name).start(this::read);
        ended.thenAccept(status -> ready.completeExceptionally(new IOException(
                "node " + name + " ended with status " + status + " before it served; " + log + " says why")));
    }

    /** Starts the node; what it says but for its readiness is appended to {@code log}. */
    static NodeChild start(String name, String main, Path configuration, Path log) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A debugger's port can be taken once only.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-agentlib:jdwp"))
                .forEach(command::add);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), main, "--config", configuration.toString()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new NodeChild(name, process, log);
    }

    /** Reads on after it is ready, so that the node never waits for somebody to take its words. */
    private void read() {
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    ready.complete(line.substring(READY.length()));
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /** Returns where it serves, once it does. */
    CompletableFuture<String> ready() {
        return ready;
    }

    /** Returns its exit status, once it has ended. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    long pid() {
        return process.pid();
    }

    boolean isEnding() {
        return ending;
    }

    /** Asks it to end, and ends it by force if it does not. */
    @Override
    public void close() {
        ending = true;
        process.destroy();
        try {
            ended.copy().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.destroyForcibly();
            ended.join();
        }
    }
}
