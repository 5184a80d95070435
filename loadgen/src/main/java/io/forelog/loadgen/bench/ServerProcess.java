package io.forelog.loadgen.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server of a peer in a process of its own, which listens on one port. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(15);
    private static final long POLL_NANOS = 50_000_000;
    private static final int WORDS_MAX = 2_000;

    private final Process process;
    private final List<String> command;
    private final Path output;

    private ServerProcess(Process process, List<String> command, Path output) {
        this.process = process;
        this.command = command;
        this.output = output;
    }

    /**
     * Starts it.
     *
     * @param output where all goes that it says
     * @throws IOException if there is no such program
     */
    static ServerProcess launch(List<String> command, Path output) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        return new ServerProcess(process, command, output);
    }

    /** @throws IOException if it ends or does not listen in time; the message has its last words */
    void awaitListening(int port) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                close();
                var words = Files.readString(output);
                throw new IOException(command.getFirst() + " does not listen on port " + port + "; it said:\n"
                        + words.substring(Math.max(0, words.length() - WORDS_MAX)));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean listens(int port) {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            // Refused: that it does not listen yet is the answer.
            return false;
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().orTimeout(END.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
