package io.forelog.loadgen.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node in a process of its own. Safe for use by any thread; ends with {@link #close}. */
public final class NodeProcess implements AutoCloseable {

    private static final String READY = "ready ";
    private static final long END_SECONDS = 15;
    private static final int LOG_CHARACTERS_MAX = 2_000;

    private final Process process;
    private final URI url;

    private NodeProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts a node and waits until it serves.
     *
     * @param command what starts a node, without its options
     * @param folder must exist; its data goes to {@code data} in it, what it says to {@code node.log}
     * @param http where to listen, such as {@code 127.0.0.1:0}
     * @param settings overrides of its configuration
     * @param patience how long it may take to serve
     * @throws IOException if it cannot be started, ends, or does not serve in time; the message has its last words
     */
    public static NodeProcess start(
            List<String> command, Path folder, String http, Map<String, String> settings, Duration patience)
            throws IOException {
        var arguments = new ArrayList<>(command);
        arguments.addAll(List.of("--data", folder.resolve("data").toString(), "--http", http));
        settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        var log = folder.resolve("node.log");
        var process = new ProcessBuilder(arguments)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            return new NodeProcess(process, ready(process).get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            end(process);
            throw new IOException("the node does not serve; it said:\n" + lastWords(log), e);
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the node started", e);
        }
    }

    private static CompletableFuture<URI> ready(Process process) {
        var ready = new CompletableFuture<URI>();
        Thread.ofVirtual().name("node-output").start(() -> {
            try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8))) {
                // Reads on after that, so that the node never waits for somebody to take its words.
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(READY)) {
                        ready.complete(URI.create(line.substring(READY.length()).strip()));
                    }
                }
                ready.completeExceptionally(new IOException("the node ended"));
            } catch (IOException e) {
                ready.completeExceptionally(e);
            }
        });
        return ready;
    }

    private static String lastWords(Path log) throws IOException {
        var words = Files.readString(log);
        return words.substring(Math.max(0, words.length() - LOG_CHARACTERS_MAX));
    }

    /** Returns where it serves. */
    public URI url() {
        return url;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once, as a power cut would, with what it started. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Asks it to end, and ends it by force if it does not. */
    @Override
    public void close() {
        end(process);
    }

    private static void end(Process process) {
        var children = process.descendants().toList();
        process.destroy();
        try {
            process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.destroyForcibly();
            process.onExit().join();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
