package io.forelog.prefetch;

import java.util.function.Consumer;

/**
 * The cache to be filled and whoever fills it. Called only by the thread that runs the prefetcher, which must not
 * be kept: every call returns at once.
 */
public interface PrefetchTarget {

    /** Returns whether a fetch of {@code key} would be pointless: it is in the cache, or being fetched. */
    boolean present(long key);

    /**
     * Says that {@code key} is expected to be read soon: if it is in the cache, it is better not evicted.
     *
     * @return as {@link #present} does
     */
    boolean expected(long key);

    /**
     * Starts to fetch {@code key} into the cache.
     *
     * @param done to be told the outcome exactly once, by any thread, also before this call returns
     */
    void fetch(long key, Consumer<FetchOutcome> done);

    /** Returns about how many entries the cache holds when full, at least 1. */
    long capacityEntries();
}
