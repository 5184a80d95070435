package io.forelog.cache.local;

import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** {@link LocalCacheCore} behind one lock, held for some hundred nanoseconds; the listener is called outside of it. */
public final class AdaptiveLocalCache<K, V> implements LocalCache<K, V> {

    private final LocalCacheListener<K> listener;
    private final LocalCacheCore<K, V> core;

    /**
     * @param weigher the weight of a value in bytes, its key and the cache's own overhead included
     * @param listener told of prefetched entries that left unused
     */
    public AdaptiveLocalCache(LocalCacheConfig config, ToIntFunction<V> weigher, LocalCacheListener<K> listener) {
        this.listener = listener;
        core = new LocalCacheCore<>(config, weigher);
    }

    @Override
    public synchronized @Nullable Entry<V> get(K key) {
        return core.get(key);
    }

    @Override
    public synchronized boolean contains(K key) {
        return core.contains(key);
    }

    @Override
    public void put(K key, V value) {
        List<K> unused;
        synchronized (this) {
            core.put(key, value);
            unused = core.takeUnused();
        }
        unused.forEach(listener::prefetchedUnused);
    }

    @Override
    public boolean putPrefetched(K key, V value) {
        boolean added;
        List<K> unused;
        synchronized (this) {
            added = core.putPrefetched(key, value);
            unused = core.takeUnused();
        }
        unused.forEach(listener::prefetchedUnused);
        return added;
    }

    @Override
    public synchronized boolean touch(K key) {
        return core.touch(key);
    }

    @Override
    public void remove(K key) {
        List<K> unused;
        synchronized (this) {
            core.remove(key);
            unused = core.takeUnused();
        }
        unused.forEach(listener::prefetchedUnused);
    }

    @Override
    public void resize(long bytes) {
        List<K> unused;
        synchronized (this) {
            core.resize(bytes);
            unused = core.takeUnused();
        }
        unused.forEach(listener::prefetchedUnused);
    }

    @Override
    public synchronized LocalCacheStatistics statistics() {
        return core.statistics();
    }
}
