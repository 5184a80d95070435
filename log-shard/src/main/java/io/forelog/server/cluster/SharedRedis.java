package io.forelog.server.cluster;

import io.forelog.cache.global.RedisProcess;
import io.forelog.server.config.CacheSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one Redis of a cluster on this machine, unless its settings name another or none. */
final class SharedRedis implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedRedis.class);

    private final @Nullable RedisProcess redis;
    private final Map<String, String> settings;

    private SharedRedis(@Nullable RedisProcess redis, Map<String, String> settings) {
        this.redis = redis;
        this.settings = settings;
    }

    /**
     * Starts it and returns when it answers. Where none can be started the cluster does without.
     *
     * @param directory the cluster's
     * @param asked what the nodes are told
     */
    static SharedRedis start(Path directory, Map<String, String> asked) throws IOException, InterruptedException {
        if (asked.containsKey(CacheSettings.GLOBAL_ADDRESS.key())
                || asked.containsKey(CacheSettings.GLOBAL_REDISSON_FILE.key())) {
            return new SharedRedis(null, Map.of());
        }
        var bytesMax = CacheSettings.GLOBAL_BYTES_MAX;
        var redis = new RedisProcess(
                directory.resolve("redis"), bytesMax.parse(asked.getOrDefault(bytesMax.key(), bytesMax.initial())));
        try {
            redis.start();
        } catch (IOException e) {
            LOG.warn("the cluster does without a global cache: {}", e.getMessage());
            return new SharedRedis(null, Map.of(CacheSettings.GLOBAL_ADDRESS.key(), "off"));
        }
        var password = directory.resolve("redis.password").toAbsolutePath();
        Files.deleteIfExists(password);
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, redis.password());
        return new SharedRedis(
                redis,
                Map.of(
                        CacheSettings.GLOBAL_ADDRESS.key(), redis.address(),
                        CacheSettings.GLOBAL_PASSWORD_FILE.key(), password.toString()));
    }

    /** Returns what the nodes must be told to use it. */
    Map<String, String> settings() {
        return settings;
    }

    @Override
    public void close() {
        if (redis != null) {
            redis.close();
        }
    }
}
