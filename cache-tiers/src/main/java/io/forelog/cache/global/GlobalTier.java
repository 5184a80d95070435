package io.forelog.cache.global;

import io.forelog.cache.CacheTier;
import io.forelog.cache.TierState;
import io.forelog.cache.TierUsage;
import io.forelog.record.GlobalAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of all regions: plain Redis strings that expire. Connects in the background, so that a node starts while
 * Redis is away; once it was reached, Redisson reconnects by itself.
 */
public final class GlobalTier implements CacheTier {

    private static final Logger LOG = LoggerFactory.getLogger(GlobalTier.class);
    private static final Duration RETRY_AFTER_MIN = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER_MAX = Duration.ofSeconds(15);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
    private static final int RADIX = 36;

    private final GlobalConfig config;
    private final String prefix;
    private final @Nullable RedisProcess process;
    private final Thread connector = new Thread(this::connect, "global-cache-connector");
    private volatile @Nullable RedissonClient redis;
    private volatile boolean closed;
    private volatile @Nullable String lastFailure;

    /**
     * @throws IllegalArgumentException if a configuration of Redisson's own is not one, nor an address or certificates
     */
    public GlobalTier(GlobalConfig config) {
        this.config = config;
        switch (config.connection()) {
            case RedisConnection.Redisson(var yaml) -> RedisSettings.of(yaml);
            case RedisConnection.Single server -> RedisSettings.single(server);
            case RedisConnection.Embedded ours -> {}
        }
        prefix = "forelog:" + config.cluster() + ":";
        process = config.connection() instanceof RedisConnection.Embedded embedded
                ? new RedisProcess(embedded.directory(), embedded.bytesMax())
                : null;
        connector.setDaemon(true);
    }

    @Override
    public void start() {
        connector.start();
    }

    private void connect() {
        var retryAfter = RETRY_AFTER_MIN;
        try {
            while (!closed) {
                try {
                    redis = warmed(Redisson.create(settings()));
                    LOG.info("the global cache is ready");
                    return;
                } catch (IOException | RuntimeException e) { // Whatever it is: the node lives without this tier.
                    lastFailure = e.toString();
                    LOG.warn("the global cache is not reachable, next try in {}: {}", retryAfter, lastFailure);
                }
                Thread.sleep(retryAfter);
                var doubled = retryAfter.multipliedBy(2);
                retryAfter = doubled.compareTo(RETRY_AFTER_MAX) < 0 ? doubled : RETRY_AFTER_MAX;
            }
        } catch (InterruptedException e) {
            LOG.debug("the global cache is closed");
        }
    }

    /** Goes once through the calls to come: the first ones load classes for longer than a read's deadline. */
    private RedissonClient warmed(RedissonClient fresh) {
        try {
            fresh.getBucket(prefix + "warm-up", ByteArrayCodec.INSTANCE).get();
            fresh.getBuckets(ByteArrayCodec.INSTANCE).get(prefix + "warm-up");
            return fresh;
        } catch (RuntimeException e) {
            fresh.shutdown(0, 0, TimeUnit.MILLISECONDS);
            throw e;
        }
    }

    private Config settings() throws IOException, InterruptedException {
        return switch (config.connection()) {
            case RedisConnection.Embedded embedded -> {
                process.start();
                yield RedisSettings.single(
                        new RedisConnection.Single(process.address(), null, process.password(), null));
            }
            case RedisConnection.Single server -> RedisSettings.single(server);
            case RedisConnection.Redisson(var yaml) -> RedisSettings.of(yaml);
        };
    }

    @Override
    public TierState state() {
        return closed ? TierState.CLOSED : redis == null ? TierState.STARTING : TierState.READY;
    }

    @Override
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    /** Returns the Redis that this node started, or null if it uses another. */
    public @Nullable RedisProcess process() {
        return process;
    }

    @Override
    public CompletionStage<byte @Nullable []> get(GlobalAddress address) {
        return redis().<byte[]>getBucket(key(address), ByteArrayCodec.INSTANCE).getAsync();
    }

    @Override
    public CompletionStage<Map<GlobalAddress, byte[]>> getAll(Collection<GlobalAddress> addresses) {
        var byKey = HashMap.<String, GlobalAddress>newHashMap(addresses.size());
        addresses.forEach(address -> byKey.put(key(address), address));
        return redis().getBuckets(ByteArrayCodec.INSTANCE)
                .<byte[]>getAsync(byKey.keySet().toArray(String[]::new))
                .thenApply(found -> {
                    var values = HashMap.<GlobalAddress, byte[]>newHashMap(found.size());
                    found.forEach((key, value) -> values.put(byKey.get(key), value));
                    return values;
                });
    }

    @Override
    public CompletionStage<?> put(GlobalAddress address, byte[] value) {
        return redis().<byte[]>getBucket(key(address), ByteArrayCodec.INSTANCE).setAsync(value, config.ttl());
    }

    @Override
    public CompletionStage<?> putAll(Map<GlobalAddress, byte[]> values) {
        var batch = redis().createBatch(BatchOptions.defaults().retryAttempts(0));
        values.forEach((address, value) ->
                batch.<byte[]>getBucket(key(address), ByteArrayCodec.INSTANCE).setAsync(value, config.ttl()));
        return batch.executeAsync();
    }

    @Override
    public CompletionStage<?> remove(GlobalAddress address) {
        return redis().getBucket(key(address), ByteArrayCodec.INSTANCE).deleteAsync();
    }

    @Override
    public CompletionStage<TierUsage> usage() {
        return RedisServers.usage(redis());
    }

    @Override
    public CompletionStage<?> resize(long bytesMax) {
        if (process == null) {
            throw new UnsupportedOperationException("the bound of a Redis that others run is not this node's to set");
        }
        process.resize(bytesMax);
        return RedisServers.resize(redis(), bytesMax);
    }

    @Override
    public void close() {
        closed = true;
        connector.interrupt();
        try {
            connector.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var now = redis;
        if (now != null) {
            now.shutdown(0, CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (process != null) {
            process.close();
        }
    }

    private RedissonClient redis() {
        var now = redis;
        if (now == null) {
            throw new IllegalStateException("the global cache is " + state());
        }
        return now;
    }

    private String key(GlobalAddress address) {
        return prefix + Long.toUnsignedString(address.log(), RADIX) + ":" + address.shard() + ":"
                + Long.toString(address.offset(), RADIX);
    }
}
