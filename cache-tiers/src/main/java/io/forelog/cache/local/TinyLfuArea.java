package io.forelog.cache.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Caffeine: admits by frequency, and adapts the share of the recent by itself. */
final class TinyLfuArea<K, V> implements Area<K, V> {

    private final Cache<K, V> cache;
    private final Policy.Eviction<K, V> eviction;

    TinyLfuArea(long bytesMax, ToIntFunction<V> weigher) {
        cache = Caffeine.newBuilder()
                .maximumWeight(bytesMax)
                .weigher((K key, V value) -> weigher.applyAsInt(value))
                .executor(Runnable::run)
                .recordStats()
                .build();
        eviction = cache.policy().eviction().orElseThrow();
    }

    @Override
    public @Nullable V use(K key) {
        return cache.getIfPresent(key);
    }

    @Override
    public boolean contains(K key) {
        return cache.policy().getIfPresentQuietly(key) != null;
    }

    @Override
    public void put(K key, V value) {
        cache.put(key, value);
    }

    @Override
    public @Nullable V remove(K key) {
        return cache.asMap().remove(key);
    }

    @Override
    public void resize(long bytesMax) {
        eviction.setMaximum(bytesMax);
    }

    @Override
    public long bytes() {
        return eviction.weightedSize().orElse(0);
    }

    @Override
    public long entries() {
        return cache.estimatedSize();
    }

    @Override
    public long evictions() {
        return cache.stats().evictionCount();
    }
}
