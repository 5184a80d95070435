package io.forelog.cache;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

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
    final LatencyTrack latency;
    /** Nanoseconds spent on calls, waited for or not. */
    final LongAdder callNanos = new LongAdder();

    TierMeter(LongSupplier nanoTime) {
        latency = new LatencyTrack(nanoTime);
    }
}
