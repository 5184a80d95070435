package io.forelog.cache.local;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A main area for what was read and a smaller one for what was prefetched and not yet read; an entry moves from
 * the second to the first on its first hit. A wrong guess thereby only displaces other guesses.
 */
public final class AdaptiveLocalCache<K, V> implements LocalCache<K, V> {

    private final LocalCacheConfig config;
    private final LocalCacheListener<K> listener;
    private final Area<K, V> main;
    private final LruArea<K, V> prefetched;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder prefetches = new LongAdder();
    private final LongAdder prefetchedUsed = new LongAdder();
    private final LongAdder prefetchedUnused = new LongAdder();
    private volatile long bytesMax;
    private volatile long prefetchBytesMax;

    /**
     * @param weigher the weight of a value in bytes, its key and the cache's own overhead included
     * @param listener told of prefetched entries that left unused
     */
    public AdaptiveLocalCache(LocalCacheConfig config, ToIntFunction<V> weigher, LocalCacheListener<K> listener) {
        this.config = config;
        this.listener = listener;
        bytesMax = config.bytesMax();
        prefetchBytesMax = prefetchBound(bytesMax);
        prefetched = new LruArea<>(prefetchBytesMax, weigher, this::leftUnused);
        main = config.policy() == LocalCacheConfig.Policy.LRU
                ? new LruArea<>(bytesMax - prefetchBytesMax, weigher, key -> {})
                : new TinyLfuArea<>(bytesMax - prefetchBytesMax, weigher);
    }

    private long prefetchBound(long bytes) {
        return config.prefetchShareMax() == 0 ? 0 : Math.max(1, (long) (bytes * config.prefetchShareMax() / 2));
    }

    private void leftUnused(K key) {
        prefetchedUnused.increment();
        listener.prefetchedUnused(key);
    }

    @Override
    public @Nullable Entry<V> get(K key) {
        V value = main.use(key);
        if (value != null) {
            hits.increment();
            return new Entry<>(value, false);
        }
        value = prefetched.use(key);
        if (value == null) {
            misses.increment();
            return null;
        }
        hits.increment();
        // Into the main area first: at no moment another thread finds the key in neither.
        main.put(key, value);
        boolean first = prefetched.remove(key) != null;
        if (first) {
            prefetchedUsed.increment();
        }
        return new Entry<>(value, first);
    }

    @Override
    public boolean contains(K key) {
        return main.contains(key) || prefetched.contains(key);
    }

    @Override
    public void put(K key, V value) {
        main.put(key, value);
        if (prefetched.remove(key) != null) {
            leftUnused(key);
        }
    }

    @Override
    public void putPrefetched(K key, V value) {
        if (!contains(key)) {
            prefetches.increment();
            prefetched.put(key, value);
        }
    }

    @Override
    public boolean touch(K key) {
        return main.use(key) != null || prefetched.use(key) != null;
    }

    @Override
    public void remove(K key) {
        main.remove(key);
        if (prefetched.remove(key) != null) {
            leftUnused(key);
        }
    }

    @Override
    public void resize(long bytes) {
        bytesMax = bytes;
        prefetchBytesMax = prefetchBound(bytes);
        prefetched.resize(prefetchBytesMax);
        main.resize(bytes - prefetchBytesMax);
    }

    @Override
    public LocalCacheStatistics statistics() {
        return new LocalCacheStatistics(
                hits.sum(),
                misses.sum(),
                prefetches.sum(),
                prefetchedUsed.sum(),
                prefetchedUnused.sum(),
                main.evictions() + prefetched.evictions(),
                main.entries() + prefetched.entries(),
                main.bytes() + prefetched.bytes(),
                bytesMax,
                prefetched.bytes(),
                prefetchBytesMax,
                main instanceof LruArea ? "lru" : "w-tinylfu");
    }
}
