package io.forelog.cache.global;

import java.time.Duration;

/**
 * How the global tier stores.
 *
 * @param cluster the cluster's name, the beginning of every key
 * @param ttl how long an entry lives. Too high, and a server without eviction fills with what nobody reads; too low,
 *     and entries go before they are read again
 */
public record GlobalConfig(String cluster, Duration ttl, RedisConnection connection) {

    public GlobalConfig {
        if (ttl.toMillis() < 1) {
            throw new IllegalArgumentException("ttl must be at least a millisecond, not " + ttl);
        }
    }
}
