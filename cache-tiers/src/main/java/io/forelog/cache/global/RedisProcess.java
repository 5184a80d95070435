package io.forelog.cache.global;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server of this node's own: a child process on the loopback interface that keeps nothing on disk, evicts by
 * LRU, asks for a password that only this node knows, and does not outlive the node.
 *
 * <p>The last is the work of a shell between the two: it holds the read end of a pipe from this process and kills Redis
 * once that ends, which it does however this process dies. A Redis that dies by itself is started again on its port.
 */
public final class RedisProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisProcess.class);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration RESTART_AFTER = Duration.ofMillis(500);
    private static final int STARTS_MAX = 5;
    private static final Duration END_TIMEOUT = Duration.ofSeconds(2);

    /** Runs Redis ($1) with its configuration ($2), says its pid, and ends with it or with standard input. */
    private static final String KEEPER = """
        exec 3<&0
        "$1" "$2" 3<&- </dev/null &
        redis=$!
        echo "$redis"
        { cat <&3; kill -9 "$redis"; } >/dev/null 2>&1 &
        watch=$!
        wait "$redis"
        status=$?
        kill "$watch" 2>/dev/null
        exit "$status"
        """;

    private final Path directory;
    private volatile long bytesMax;
    private final String password;
    private final Thread supervisor = new Thread(this::supervise, "redis-supervisor");
    private volatile @Nullable Process keeper;
    private volatile long pid;
    private volatile int port;
    private volatile boolean closed;

    /**
     * @param directory for its configuration; created if missing
     * @param bytesMax bound of its memory
     */
    public RedisProcess(Path directory, long bytesMax) {
        this.directory = directory;
        this.bytesMax = bytesMax;
        var secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        password = HexFormat.of().formatHex(secret);
        supervisor.setDaemon(true);
    }

    /**
     * Starts Redis, if it was not, and returns once it answers; blocks for some ten milliseconds.
     *
     * @throws IOException if there is no Redis for this machine, or it does not start
     */
    public void start() throws IOException, InterruptedException {
        if (keeper != null) {
            return;
        }
        var server = server();
        IOException last = null;
        for (int i = 0; i < STARTS_MAX && !closed; i++) {
            // The port may be taken between its choice and Redis' start: then another.
            port = freePort();
            try {
                launch(server);
                supervisor.start();
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("Redis did not start in " + STARTS_MAX + " attempts", last);
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private Path server() throws IOException {
        Files.createDirectories(directory);
        for (var folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            var installed = Path.of(folder, "redis-server");
            if (!folder.isEmpty() && Files.isExecutable(installed)) {
                return installed;
            }
        }
        return ExecutableProvider.newJarResourceProvider(directory.toFile())
                .get()
                .toPath();
    }

    private void launch(Path server) throws IOException, InterruptedException {
        var started = new ProcessBuilder(
                        "sh",
                        "-c",
                        KEEPER,
                        "redis-keeper",
                        server.toString(),
                        configure().toString())
                .redirectErrorStream(true)
                .start();
        try {
            pid = Long.parseLong(line(started));
            awaitAnswer(started);
            keeper = started;
        } catch (IOException | NumberFormatException e) {
            end(started);
            throw new IOException("Redis did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            end(started);
            throw e;
        }
    }

    private Path configure() throws IOException {
        var file = directory.resolve("redis.conf");
        Files.deleteIfExists(file);
        // On the command line, or in a file that others may read, the password would be none.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, """
            bind 127.0.0.1
            port %d
            requirepass %s
            protected-mode yes
            databases 1
            maxmemory %d
            maxmemory-policy allkeys-lru
            save ""
            appendonly no
            daemonize no
            loglevel warning
            dir "%s"
            """.formatted(port, password, bytesMax, directory.toAbsolutePath()));
    }

    /** Reads one line of output byte by byte: a reader's buffer would take what the supervisor reads later. */
    private static String line(Process process) throws IOException {
        var line = new StringBuilder();
        var out = process.getInputStream();
        for (int c = out.read(); c >= 0 && c != '\n'; c = out.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private void awaitAnswer(Process process) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                ping();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > giveUpAt || !process.isAlive()) {
                    throw e;
                }
                Thread.sleep(POLL);
            }
        }
    }

    /** Logs in, which only this very Redis accepts, not some other server on the port. */
    private void ping() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            socket.setSoTimeout(500);
            socket.getOutputStream().write(("AUTH " + password + "\r\n").getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
            if (!answer.equals("+OK")) {
                throw new IOException("what listens on port " + port + " is not the Redis of this node");
            }
        }
    }

    private void supervise() {
        try {
            while (!closed) {
                var now = keeper;
                try (var out = now.inputReader()) {
                    // Its output ends when it does.
                    for (var line = out.readLine(); line != null; line = out.readLine()) {
                        LOG.debug("redis: {}", line);
                    }
                } catch (IOException e) {
                    LOG.debug("redis' output ended: {}", e.toString());
                }
                end(now);
                if (!closed) {
                    LOG.warn("Redis (pid {}) died; starting it again on port {}", pid, port);
                    restart();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Redis is closed");
        }
    }

    private void restart() throws InterruptedException {
        while (!closed) {
            Thread.sleep(RESTART_AFTER);
            try {
                launch(server());
                return;
            } catch (IOException e) {
                LOG.warn("Redis does not start again: {}", e.toString());
            }
        }
    }

    /** Has effect when Redis is next started. */
    void resize(long other) {
        bytesMax = other;
    }

    /** Returns {@code redis://HOST:PORT}, once started. */
    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    public String password() {
        return password;
    }

    /** Returns the process id of Redis itself. */
    public long pid() {
        return pid;
    }

    /** Ends Redis; returns when it is gone. */
    @Override
    public void close() {
        closed = true;
        supervisor.interrupt();
        var now = keeper;
        if (now != null) {
            end(now);
        }
    }

    private static void end(Process keeper) {
        try {
            keeper.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the pipe to Redis' keeper was closed already: {}", e.toString());
        }
        try {
            if (!keeper.waitFor(END_TIMEOUT)) {
                keeper.descendants().forEach(ProcessHandle::destroyForcibly);
                keeper.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
