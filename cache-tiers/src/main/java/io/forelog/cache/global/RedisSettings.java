package io.forelog.cache.global;

import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/** Redisson's configuration: few threads, no retries (a late answer of a cache is none), fast notice of a lost server. */
final class RedisSettings {

    private static final int THREADS = 2;
    private static final int CONNECTIONS = 16;
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final int RESPONSE_TIMEOUT_MILLIS = 2_000;
    private static final int PING_EVERY_MILLIS = 2_000;

    private RedisSettings() {}

    /**
     * @throws IllegalArgumentException if Redisson cannot read it; the text, which may hold passwords, is not shown
     */
    static Config of(String yaml) {
        try {
            return Config.fromYAML(yaml);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a configuration of Redisson's: " + e.getClass().getSimpleName());
        }
    }

    static Config single(String address, @Nullable String username, @Nullable String password) {
        var config = new Config()
                .setCodec(ByteArrayCodec.INSTANCE)
                .setThreads(THREADS)
                .setNettyThreads(THREADS)
                .setUsername(username)
                .setPassword(password);
        config.useSingleServer()
                .setAddress(address)
                .setConnectionPoolSize(CONNECTIONS)
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0)
                .setDnsMonitoringInterval(-1)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTimeout(RESPONSE_TIMEOUT_MILLIS)
                .setRetryAttempts(0)
                .setPingConnectionInterval(PING_EVERY_MILLIS);
        return config;
    }
}
