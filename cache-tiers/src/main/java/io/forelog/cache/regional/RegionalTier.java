package io.forelog.cache.regional;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import io.forelog.cache.CacheTier;
import io.forelog.cache.TierState;
import io.forelog.cache.TierUsage;
import io.forelog.record.GlobalAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The region's cache, as an embedded Hazelcast member that holds its share of it. Joins the others in the background
 * and, should Hazelcast shut itself down, joins again.
 */
public final class RegionalTier implements CacheTier {

    private static final Logger LOG = LoggerFactory.getLogger(RegionalTier.class);
    private static final Duration RETRY_AFTER_MIN = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER_MAX = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
    private static final int KEY_BYTES = 20;

    private final RegionalConfig config;
    /** For the calls that Hazelcast has only as blocking ones. */
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

    private final Thread keeper = new Thread(this::keepJoined, "regional-cache-keeper");
    private volatile long bytesMax;
    private volatile @Nullable Member member;
    private volatile boolean closed;
    private volatile @Nullable String lastFailure;

    private record Member(HazelcastInstance hazelcast, IMap<byte[], byte[]> map) {}

    public RegionalTier(RegionalConfig config) {
        this.config = config;
        bytesMax = config.bytesMax();
        keeper.setDaemon(true);
    }

    @Override
    public void start() {
        keeper.start();
    }

    private void keepJoined() {
        var retryAfter = RETRY_AFTER_MIN;
        try {
            while (!closed) {
                try {
                    joinUntilShutDown();
                    retryAfter = RETRY_AFTER_MIN;
                    lastFailure = "Hazelcast shut itself down";
                } catch (RuntimeException e) { // Whatever it is: the node lives without this tier and tries again.
                    lastFailure = e.toString();
                }
                if (!closed) {
                    LOG.warn("the regional cache is down, next try in {}: {}", retryAfter, lastFailure);
                    Thread.sleep(retryAfter);
                    retryAfter = retryAfter.multipliedBy(2).compareTo(RETRY_AFTER_MAX) < 0
                            ? retryAfter.multipliedBy(2)
                            : RETRY_AFTER_MAX;
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the regional cache is closed");
        }
    }

    private void joinUntilShutDown() throws InterruptedException {
        var hazelcast = Hazelcast.newHazelcastInstance(HazelcastSettings.of(config, bytesMax));
        try {
            var down = new CountDownLatch(1);
            hazelcast.getLifecycleService().addLifecycleListener(event -> {
                if (event.getState() == LifecycleState.SHUTDOWN) {
                    down.countDown();
                } else if (event.getState() == LifecycleState.MERGED) {
                    // After a split the smaller part begins anew; what was set from here need not have outlived that.
                    HazelcastSettings.bound(hazelcast, bytesMax);
                }
            });
            HazelcastSettings.bound(hazelcast, bytesMax);
            member = warmed(new Member(hazelcast, hazelcast.getMap(HazelcastSettings.MAP)));
            LOG.info(
                    "the regional cache is ready at {}",
                    hazelcast.getCluster().getLocalMember().getAddress());
            down.await();
        } finally {
            member = null;
            // Gracefully: the members that stay take over what only this one holds.
            hazelcast.shutdown();
        }
    }

    /** Goes once through the calls to come: the first ones load classes for longer than a read's deadline. */
    private static Member warmed(Member fresh) {
        var key = new byte[] {0};
        fresh.map.setAsync(key, key).toCompletableFuture().join();
        fresh.map.getAsync(key).toCompletableFuture().join();
        fresh.map.setAllAsync(Map.of(key, key)).toCompletableFuture().join();
        fresh.map.getAll(Set.of(key));
        fresh.map.delete(key);
        return fresh;
    }

    @Override
    public TierState state() {
        return closed ? TierState.CLOSED : member == null ? TierState.STARTING : TierState.READY;
    }

    @Override
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    /** Returns how many members the region's cache has at present, this one included; 0 while it starts. */
    public int members() {
        var now = member;
        return now == null ? 0 : now.hazelcast.getCluster().getMembers().size();
    }

    @Override
    public CompletionStage<byte @Nullable []> get(GlobalAddress address) {
        return map().getAsync(key(address));
    }

    @Override
    public CompletionStage<Map<GlobalAddress, byte[]>> getAll(Collection<GlobalAddress> addresses) {
        var map = map();
        var keys = HashSet.<byte[]>newHashSet(addresses.size());
        addresses.forEach(address -> keys.add(key(address)));
        return CompletableFuture.supplyAsync(() -> map.getAll(keys), blocking).thenApply(found -> {
            var values = HashMap.<GlobalAddress, byte[]>newHashMap(found.size());
            found.forEach((key, value) -> values.put(address(key), value));
            return values;
        });
    }

    @Override
    public CompletionStage<?> put(GlobalAddress address, byte[] value) {
        return map().setAsync(key(address), value);
    }

    @Override
    public CompletionStage<?> putAll(Map<GlobalAddress, byte[]> values) {
        var byKey = HashMap.<byte[], byte[]>newHashMap(values.size());
        values.forEach((address, value) -> byKey.put(key(address), value));
        return map().setAllAsync(byKey);
    }

    @Override
    public CompletionStage<?> remove(GlobalAddress address) {
        return map().deleteAsync(key(address));
    }

    @Override
    public CompletionStage<TierUsage> usage() {
        var stats = map().getLocalMapStats();
        return CompletableFuture.completedFuture(new TierUsage(
                stats.getOwnedEntryCount() + stats.getBackupEntryCount(),
                stats.getHeapCost(),
                bytesMax,
                stats.getEvictionCount()));
    }

    @Override
    public CompletionStage<?> resize(long bytesMax) {
        var now = member();
        this.bytesMax = bytesMax;
        HazelcastSettings.bound(now.hazelcast, bytesMax);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
        try {
            keeper.join(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        blocking.shutdownNow();
    }

    private IMap<byte[], byte[]> map() {
        return member().map;
    }

    private Member member() {
        var now = member;
        if (now == null) {
            throw new IllegalStateException("the regional cache is " + state());
        }
        return now;
    }

    private static byte[] key(GlobalAddress address) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putLong(address.log())
                .putInt(address.shard())
                .putLong(address.offset())
                .array();
    }

    private static GlobalAddress address(byte[] key) {
        var in = ByteBuffer.wrap(key);
        return new GlobalAddress(in.getLong(), in.getInt(), in.getLong());
    }
}
