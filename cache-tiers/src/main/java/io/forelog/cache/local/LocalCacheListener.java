package io.forelog.cache.local;

/** Told what became of prefetched entries. Called outside of the cache's locks, by the thread whose call caused it. */
@FunctionalInterface
public interface LocalCacheListener<K> {

    /** The entry of {@code key} was prefetched and left the cache, for lack of room or removed, without a hit. */
    void prefetchedUnused(K key);
}
