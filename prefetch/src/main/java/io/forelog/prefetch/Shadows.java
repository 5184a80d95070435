package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;

/**
 * What caches of the same room but without prefetching would do with the same reads, estimated on a sample of the keys
 * in caches that are smaller in the same proportion (Waldspurger et al., "Cache Modeling and Optimization using
 * Miniature Simulations", USENIX ATC 2017).
 */
final class Shadows {

    private static final int ENTRIES_MAX = 512;

    private ShadowCache lru = new ShadowCache(1, false);
    private ShadowCache tinyLfu = new ShadowCache(1, true);
    private long capacity = 1;
    private long sampleBound;
    private boolean lruMiss;
    private boolean tinyLfuMiss;

    /**
     * Adapts to a cache of {@code capacityEntries}; unless that is about what it was, forgets what it knew.
     *
     * @return whether it did
     */
    boolean resize(long capacityEntries) {
        if (sampleBound > 0 && Math.abs(capacityEntries - capacity) <= capacity / 8) {
            return false;
        }
        capacity = capacityEntries;
        int entries = (int) Math.min(ENTRIES_MAX, capacityEntries);
        sampleBound = (long) ((double) entries / capacityEntries * (1L << 32));
        lru = new ShadowCache(entries, false);
        tinyLfu = new ShadowCache(entries, true);
        return true;
    }

    /** Reads a key, and returns whether it is of the sample; if so, the other methods tell of this read. */
    boolean read(long key) {
        long hash = Hashing.mix(key);
        if ((hash & 0xffffffffL) >= sampleBound) {
            return false;
        }
        int tag = (int) (hash >>> 32);
        lruMiss = !lru.read(tag);
        tinyLfuMiss = !tinyLfu.read(tag);
        return true;
    }

    boolean lruMiss() {
        return lruMiss;
    }

    boolean tinyLfuMiss() {
        return tinyLfuMiss;
    }

    long bytes() {
        return lru.bytes() + tinyLfu.bytes();
    }
}
