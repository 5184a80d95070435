package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/**
 * A bounded cache in memory that knows which of its entries were prefetched and not yet asked for.
 *
 * <p>Safe for use by any thread; no call blocks for longer than a short critical section.
 */
public interface LocalCache<K, V> {

    /** Returns the entry of {@code key} if present, and counts as a demand for it: hit or miss. */
    @Nullable Entry<V> get(K key);

    /** Returns whether {@code key} is present; counts as nothing. */
    boolean contains(K key);

    /** Puts what a demand read fetched. */
    void put(K key, V value);

    /** Puts what was fetched before anyone asked; ignored if the key is present. */
    void putPrefetched(K key, V value);

    /** Drops the entry, if present. */
    void remove(K key);

    /**
     * A hit.
     *
     * @param prefetched whether this is the first hit of an entry that was prefetched
     */
    record Entry<V>(V value, boolean prefetched) {}
}
