package io.forelog.cache;

import java.util.concurrent.atomic.LongAdder;

/** The counters of one tier. Each is read on its own: a snapshot is only about consistent. */
final class TierMeter {

    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder unavailable = new LongAdder();
    final LongAdder corrupt = new LongAdder();
    final LongAdder puts = new LongAdder();
    final LongAdder putErrors = new LongAdder();
    final LongAdder putsDropped = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
    final LatencyTrack latency = new LatencyTrack();

    private volatile double savedNanos;

    /** Accounts for one call that found {@code hits} records, given what each would have taken beyond the tier. */
    void saved(int hits, long callNanos, double beyondNanos) {
        // A lost update under contention is of no account: this is shown to people, nothing decides by it.
        savedNanos += hits * beyondNanos - callNanos;
    }

    double savedNanos() {
        return savedNanos;
    }
}
