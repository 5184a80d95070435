package io.forelog.loadgen.regions;

import io.forelog.loadgen.bench.RedisConnection;
import io.forelog.loadgen.torture.cluster.RedisProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What an application does that has a Redis beside the log: it looks there, reads the log on a miss, and leaves a copy;
 * Redis evicts the least recently read. For one thread.
 */
final class CacheAside implements AutoCloseable {

    private static final int BUFFERED_BYTES = 32 << 10;

    private final RedisProcess redis;
    private final RedisConnection connection;
    private long hits;

    private CacheAside(RedisProcess redis, RedisConnection connection) {
        this.redis = redis;
        this.connection = connection;
    }

    /**
     * Starts one; empty where Redis is not installed.
     *
     * @param bytes for records and what Redis keeps with each; what it takes when empty comes on top
     */
    static Optional<CacheAside> start(Path folder, long bytes) throws Exception {
        var installed = RedisProcess.startIfInstalled(folder);
        if (installed.isEmpty()) {
            return Optional.empty();
        }
        var connection =
                new RedisConnection(URI.create(installed.get().address()).getPort());
        connection.call("CONFIG", "SET", "maxmemory-samples", 10);
        // Once, so that the memory of the connection is there and not taken from that of the records.
        connection.call("SET", "first", new byte[BUFFERED_BYTES]);
        connection.call("DEL", "first");
        connection.call("CONFIG", "SET", "maxmemory", usedMemory(connection) + bytes);
        return Optional.of(new CacheAside(installed.get(), connection));
    }

    private static long usedMemory(RedisConnection connection) throws IOException {
        var info = new String((byte[]) connection.call("INFO", "memory"), StandardCharsets.UTF_8);
        return info.lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(
                        line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    byte[] read(String key, Callable<byte[]> log) throws Exception {
        if (connection.call("GET", key) instanceof byte[] copy) {
            hits++;
            return copy;
        }
        var value = log.call();
        connection.call("SET", key, value);
        return value;
    }

    long hits() {
        return hits;
    }

    long entries() throws IOException {
        return connection.call("DBSIZE") instanceof Long entries ? entries : 0;
    }

    @Override
    public void close() throws IOException {
        connection.close();
        redis.close();
    }
}
