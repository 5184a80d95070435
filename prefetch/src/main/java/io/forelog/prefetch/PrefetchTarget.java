package io.forelog.prefetch;

import java.util.function.Consumer;

/**
 * The cache to be filled and whoever fills it. Called only by the thread that runs the prefetcher, which must not
 * be kept: every call returns at once.
 */
public interface PrefetchTarget {

    /** Returns whether a fetch of {@code key} would be pointless: it is in the cache, or being fetched. */
    boolean present(long key);

    /** Says that {@code key}, which is in the cache, is expected to be read soon and better not evicted. */
    void expected(long key);

    /**
     * Starts to fetch {@code key} into the cache.
     *
     * @param done to be told the outcome exactly once, by any thread, also before this call returns
     */
    void fetch(long key, Consumer<FetchOutcome> done);

    /** Returns about how many entries the cache holds when full, at least 1. */
    long capacityEntries();
}
