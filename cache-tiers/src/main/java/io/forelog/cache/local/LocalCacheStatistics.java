package io.forelog.cache.local;

/**
 * A local cache at one moment. Counts are since it was made; not an atomic snapshot while others use the cache.
 *
 * @param hits demands that found their entry, first hits of prefetched ones included
 * @param misses demands that did not
 * @param prefetched entries that were put before anyone asked
 * @param prefetchedUsed prefetched entries that had their first hit
 * @param prefetchedUnused prefetched entries that left without one
 * @param evictions entries that left for lack of room, prefetched ones included
 * @param entries entries now, prefetched ones included
 * @param bytes their weight
 * @param bytesMax the bound
 * @param prefetchBytes weight of prefetched entries without a hit so far
 * @param prefetchBytesMax the present bound of the area that holds them; it adapts
 * @param policy what the main area does at present: {@code w-tinylfu} or {@code lru}
 */
public record LocalCacheStatistics(
        long hits,
        long misses,
        long prefetched,
        long prefetchedUsed,
        long prefetchedUnused,
        long evictions,
        long entries,
        long bytes,
        long bytesMax,
        long prefetchBytes,
        long prefetchBytesMax,
        String policy) {

    /** Returns hits / demands, 0 before the first demand. */
    public double hitRatio() {
        long demands = hits + misses;
        return demands == 0 ? 0 : (double) hits / demands;
    }
}
