package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/**
 * A cache in memory, bounded in bytes, that knows which of its entries were prefetched and not yet asked for.
 *
 * <p>Safe for use by any thread; no call blocks for longer than a short critical section.
 */
public interface LocalCache<K, V> {

    /** Returns the entry of {@code key} if present, and counts as a demand for it: hit or miss. */
    @Nullable
    Entry<V> get(K key);

    /** Returns whether {@code key} is present; counts as nothing. */
    boolean contains(K key);

    /** Puts what a demand read fetched. An entry heavier than the whole cache is not kept. */
    void put(K key, V value);

    /**
     * Puts what was fetched before anyone asked; ignored if the key is present.
     *
     * @return whether the key was not present
     */
    boolean putPrefetched(K key, V value);

    /**
     * Says that {@code key} is expected to be read soon: if it is present, it is kept as if it had just been read.
     * Counts as no demand, and a prefetched entry stays one.
     *
     * @return whether it is present
     */
    boolean touch(K key);

    /** Drops the entry, if present. */
    void remove(K key);

    /** Changes the bound while running; what no longer fits is evicted. */
    void resize(long bytesMax);

    /** Returns what was counted since the cache was made, and how it stands now. */
    LocalCacheStatistics statistics();

    /**
     * A hit.
     *
     * @param prefetched whether this is the first hit of an entry that was prefetched
     */
    record Entry<V>(V value, boolean prefetched) {}
}
