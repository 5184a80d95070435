package io.forelog.loadgen.simulate;

import io.forelog.loadgen.trace.Trace;
import java.util.LinkedHashMap;

/** Plain LRU without prefetch: what coverage is measured against. */
final class LruReference {

    private LruReference() {}

    /** Returns how many of the trace's reads a cache of {@code capacity} entries misses. */
    static long misses(Trace trace, int capacity) {
        var entries = new LinkedHashMap<Long, Boolean>(16, 0.75f, true);
        long misses = 0;
        for (long key : trace.keys()) {
            if (entries.put(key, true) == null) {
                misses++;
                if (entries.size() > capacity) {
                    var oldest = entries.entrySet().iterator();
                    oldest.next();
                    oldest.remove();
                }
            }
        }
        return misses;
    }
}
