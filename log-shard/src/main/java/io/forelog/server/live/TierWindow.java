package io.forelog.server.live;

import org.jspecify.annotations.Nullable;

/** The hit ratio of the last ten ticks, from counters that only rise. */
final class TierWindow {

    private static final int TICKS = 10;

    private final long[] requests = new long[TICKS];
    private final long[] hits = new long[TICKS];
    private long tick;
    private long newestRequests;
    private long newestHits;
    private long oldestRequests;
    private long oldestHits;

    void tick(long requestsNow, long hitsNow) {
        int slot = (int) (tick++ % TICKS);
        oldestRequests = requests[slot];
        oldestHits = hits[slot];
        requests[slot] = requestsNow;
        hits[slot] = hitsNow;
        newestRequests = requestsNow;
        newestHits = hitsNow;
    }

    /** Returns hits per request in 0..1, or null if there was no request. */
    @Nullable
    Double ratio() {
        long asked = newestRequests - oldestRequests;
        return asked <= 0 ? null : (Double) ((double) (newestHits - oldestHits) / asked);
    }
}
