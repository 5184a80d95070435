package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/** A part of the cache with a bound of its own. Safe for use by any thread. */
interface Area<K, V> {

    /** Returns the value and counts as a use of it, or null. */
    @Nullable V use(K key);

    boolean contains(K key);

    void put(K key, V value);

    @Nullable V remove(K key);

    void resize(long bytesMax);

    long bytes();

    long entries();

    long evictions();
}
