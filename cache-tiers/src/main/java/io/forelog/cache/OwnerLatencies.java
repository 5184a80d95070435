package io.forelog.cache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What reads of other nodes take, by node: one in another region is tens of milliseconds away, one in this region less
 * than one, and neither says when the other is late or what a tier spares. Safe for use by any thread.
 *
 * <p>Bounded: places beyond the first {@value #PLACES_MAX} are tracked together.
 */
final class OwnerLatencies {

    static final int PLACES_MAX = 256;
    private static final String OTHERS = "";
    private static final int SAMPLES_MIN = 16;

    /** Of all places. */
    final LatencyTrack all;

    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, LatencyTrack> byPlace = new ConcurrentHashMap<>();

    OwnerLatencies(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        all = new LatencyTrack(nanoTime);
    }

    void record(String place, long nanos) {
        all.record(nanos);
        at(place).record(nanos);
    }

    LatencyTrack at(String place) {
        var track = byPlace.get(place);
        return track != null
                ? track
                : byPlace.computeIfAbsent(
                        byPlace.size() < PLACES_MAX ? place : OTHERS, unseen -> new LatencyTrack(nanoTime));
    }

    /** Returns about what a read takes of a record at this place; 0 if that is not yet known. */
    double expectedNanos(String place) {
        var track = at(place);
        return track.count() < SAMPLES_MIN ? 0 : track.meanNanos();
    }
}
