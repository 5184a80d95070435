package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;
import java.util.LinkedHashMap;

/**
 * What plain LRU without prefetch would do with the same reads and room, estimated on a sample of the keys in a
 * cache that is smaller in the same proportion (Waldspurger et al., "Cache Modeling and Optimization using
 * Miniature Simulations", USENIX ATC 2017).
 */
final class ShadowLru {

    private static final int ENTRIES_MAX = 1024;

    private final LinkedHashMap<Long, Boolean> entries = new LinkedHashMap<>(16, 0.75f, true);
    private int capacity = 1;
    private long sampleBound;

    /** Adapts to a cache of {@code capacityEntries}. */
    void resize(long capacityEntries) {
        capacity = (int) Math.min(ENTRIES_MAX, capacityEntries);
        sampleBound = (long) ((double) capacity / capacityEntries * (1L << 32));
    }

    boolean sampled(long key) {
        return (Hashing.mix(key) & 0xffffffffL) < sampleBound;
    }

    /** Reads a sampled key, and returns whether it would have been a hit. */
    boolean read(long key) {
        if (entries.put(key, true) != null) {
            return true;
        }
        if (entries.size() > capacity) {
            var oldest = entries.entrySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return false;
    }

    long bytes() {
        return 64L * entries.size();
    }
}
