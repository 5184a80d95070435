package io.forelog.cache.global;

import io.forelog.cache.TierUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.redisson.api.RFuture;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode.InfoSection;
import org.redisson.api.redisnode.RedisNodeAsync;
import org.redisson.api.redisnode.RedisNodes;

/** The Redis servers behind a client that hold entries to write to. */
final class RedisServers {

    private RedisServers() {}

    private static Collection<? extends RedisNodeAsync> masters(RedissonClient redis) {
        var config = redis.getConfig();
        if (config.isSingleConfig()) {
            return List.of(redis.getRedisNodes(RedisNodes.SINGLE).getInstance());
        }
        if (config.isClusterConfig()) {
            return redis.getRedisNodes(RedisNodes.CLUSTER).getMasters();
        }
        var kind = config.isSentinelConfig() ? RedisNodes.SENTINEL_MASTER_SLAVE : RedisNodes.MASTER_SLAVE;
        return List.of(redis.getRedisNodes(kind).getMaster());
    }

    /** Sums what the servers tell of themselves. */
    static CompletableFuture<TierUsage> usage(RedissonClient redis) {
        var asked = new ArrayList<CompletableFuture<TierUsage>>();
        for (var master : masters(redis)) {
            asked.add(master.infoAsync(InfoSection.ALL)
                    .thenApply(RedisServers::usage)
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).reduce(TierUsage.NONE, TierUsage::plus));
    }

    private static TierUsage usage(Map<String, String> info) {
        return new TierUsage(
                entries(info.getOrDefault("db0", "")),
                number(info, "used_memory"),
                number(info, "maxmemory"),
                number(info, "evicted_keys"));
    }

    /** Reads {@code keys=3,expires=3,avg_ttl=0}. */
    private static long entries(String keyspace) {
        if (!keyspace.startsWith("keys=")) {
            return 0;
        }
        int end = keyspace.indexOf(',');
        return Long.parseLong(keyspace.substring(5, end < 0 ? keyspace.length() : end));
    }

    private static long number(Map<String, String> info, String name) {
        return Long.parseLong(info.getOrDefault(name, "0"));
    }

    /** Sets the bound of each server's memory. */
    static CompletableFuture<?> resize(RedissonClient redis, long bytesMax) {
        return CompletableFuture.allOf(masters(redis).stream()
                .map(master -> master.setConfigAsync("maxmemory", Long.toString(bytesMax)))
                .map(RFuture::toCompletableFuture)
                .toArray(CompletableFuture[]::new));
    }
}
