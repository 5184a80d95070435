package io.forelog.loadgen.bench;

import io.forelog.ports.LocalPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Redis Streams, over a socket: a primary, and with three nodes two replicas. */
final class RedisPeer implements Peer {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long POLL_NANOS = 50_000_000;

    private final int port;
    private final List<ServerProcess> servers;
    private final RedisConnection control;

    private RedisPeer(int port, List<ServerProcess> servers) throws IOException {
        this.port = port;
        this.servers = servers;
        this.control = new RedisConnection(port);
    }

    /**
     * Starts the servers.
     *
     * @param program such as {@code redis-server}
     * @throws IOException if they do not start or do not find each other
     */
    static RedisPeer start(String program, int count, Path folder) throws IOException {
        var servers = new ArrayList<ServerProcess>();
        int primary = LocalPorts.free();
        try {
            for (int number = 1; number <= count; number++) {
                int port = number == 1 ? primary : LocalPorts.free();
                var own = Files.createDirectories(folder.resolve("redis-" + number));
                var command = new ArrayList<>(List.of(
                        program,
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        own.toString(),
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "everysec",
                        "--save",
                        "",
                        "--auto-aof-rewrite-percentage",
                        "0",
                        "--daemonize",
                        "no"));
                if (number > 1) {
                    command.addAll(List.of("--replicaof", "127.0.0.1 " + primary));
                }
                var server = ServerProcess.launch(command, own.resolve("redis.log"));
                servers.add(server);
                server.awaitListening(port);
            }
            var peer = new RedisPeer(primary, servers);
            peer.awaitReplicas();
            return peer;
        } catch (IOException | RuntimeException e) {
            servers.forEach(ServerProcess::close);
            throw e;
        }
    }

    private void awaitReplicas() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long online = 0; online < servers.size() - 1; ) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "Redis has " + online + " of " + (servers.size() - 1) + " replicas after " + PATIENCE);
            }
            LockSupport.parkNanos(POLL_NANOS);
            online = info("replication")
                    .lines()
                    .filter(line -> line.contains("state=online"))
                    .count();
        }
    }

    private String info(String section) throws IOException {
        return control.call("INFO", section) instanceof byte[] text ? new String(text, StandardCharsets.UTF_8) : "";
    }

    @Override
    public String name() {
        return "Redis Streams";
    }

    @Override
    public String version() {
        try {
            return info("server")
                    .lines()
                    .filter(line -> line.startsWith("redis_version:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            throw new IllegalStateException("Redis does not tell its version", e);
        }
    }

    @Override
    public List<String> settings() {
        return List.of(
                "1 primary"
                        + (servers.size() > 1
                                ? " and " + (servers.size() - 1)
                                        + " replicas; each append, or pipeline of appends, ends with WAIT 1, which"
                                        + " survives the loss of a replica and, unlike a quorum, not a failover for"
                                        + " certain"
                                : "")
                        + ", append-only file, no snapshots and no rewriting",
                "fsync always: appendfsync always; interval: everysec",
                "append: XADD, a connection for each client; bulk: 64 XADD in each pipeline; read: XRANGE of one id",
                "all records are in memory, and streams that were appended to are emptied between turns");
    }

    @Override
    public Stream<ProcessHandle> servers() {
        return servers.stream().map(ServerProcess::handle);
    }

    @Override
    public PeerLog create(String name, Durability durability) {
        return new RedisStream(port, name, durability, servers.size() > 1);
    }

    @Override
    public void close() {
        try {
            control.close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot close the connection to Redis", e);
        } finally {
            servers.forEach(ServerProcess::close);
        }
    }
}
