package io.forelog.cache.local;

/**
 * How a local cache divides its room.
 *
 * @param bytesMax the bound on the weight of all entries
 * @param policy what the main area evicts; {@link Policy#AUTO} unless a measurement needs one policy alone
 * @param prefetchShareMax the most that prefetched, not yet demanded entries may take, in 0..1; too low and
 *     prefetched entries are evicted before their read, too high and wrong guesses push out what is read again
 */
public record LocalCacheConfig(long bytesMax, Policy policy, double prefetchShareMax) {

    /** What the main area evicts. */
    public enum Policy {
        /** The better of the two, by what sampled shadow caches show; reconsidered for ever. */
        AUTO,
        /** Least recently used. */
        LRU,
        /** Admission by frequency (Einziger, Friedman and Manes, TOS 2017), as Caffeine does it. */
        TINYLFU
    }

    public LocalCacheConfig {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("bytesMax must be at least 1, not " + bytesMax);
        }
        if (!(prefetchShareMax >= 0 && prefetchShareMax <= 1)) {
            throw new IllegalArgumentException("prefetchShareMax must be in 0..1, not " + prefetchShareMax);
        }
    }

    /** Returns the default settings for a cache of {@code bytesMax}. */
    public static LocalCacheConfig ofBytes(long bytesMax) {
        return new LocalCacheConfig(bytesMax, Policy.AUTO, 0.5);
    }
}
