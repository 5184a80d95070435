package io.forelog.loadgen.torture.cluster;

import io.forelog.ports.LocalPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Redis of the torture's own, that keeps nothing on disk. For one thread. */
public final class RedisProcess implements AutoCloseable {

    private static final String PROGRAM = "redis-server";
    private static final Duration START_MAX = Duration.ofSeconds(20);

    private final Path folder;
    private final Path program;
    private final int port;
    private Process process;

    private RedisProcess(Path folder, Path program, int port) throws IOException {
        this.folder = folder;
        this.program = program;
        this.port = port;
        this.process = launch();
    }

    /** Starts one; empty where Redis is not installed. */
    public static Optional<RedisProcess> startIfInstalled(Path folder) throws IOException, InterruptedException {
        var program = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        var redis = new RedisProcess(folder, program.get(), LocalPorts.free());
        redis.awaitListening();
        return Optional.of(redis);
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(List.of(
                        program.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--maxmemory",
                        "64mb",
                        "--maxmemory-policy",
                        "allkeys-lru"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
    }

    private void awaitListening() throws IOException, InterruptedException {
        Waiting.until("Redis listens", START_MAX, () -> {
            try (var socket = new java.net.Socket("127.0.0.1", port)) {
                return socket.isConnected();
            }
        });
    }

    /** Returns what a node's {@code cache.global.address} is for it. */
    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again, empty, after {@link #kill}. */
    public void start() throws IOException, InterruptedException {
        process = launch();
        awaitListening();
    }

    /** Lets it answer nobody; its connections stay. */
    public void pause() throws IOException, InterruptedException {
        Signals.stop(process.pid());
    }

    public void resume() throws IOException, InterruptedException {
        Signals.resume(process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(START_MAX.toSeconds(), TimeUnit.SECONDS).join();
    }
}
