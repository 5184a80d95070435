package io.forelog.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * How long something takes of late: a running mean that follows within some thirty calls, and percentiles over the
 * last ten to twenty seconds. Safe for use by any thread; recording takes no lock.
 */
final class LatencyTrack {

    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final double WEIGHT = 1.0 / 32;
    private static final int DIGITS = 2;

    private final Recorder recorder = new Recorder(1, NANOS_MAX, DIGITS);
    private final ReentrantLock lock = new ReentrantLock();
    private Histogram current = new Histogram(1, NANOS_MAX, DIGITS);
    private Histogram previous = new Histogram(1, NANOS_MAX, DIGITS);
    private Histogram interval = recorder.getIntervalHistogram();
    private final LongSupplier nanoTime;
    private long windowStart;
    private volatile long refreshedAt;
    private volatile Percentiles percentiles = Percentiles.NONE;
    private volatile double meanNanos;
    private volatile long count;

    /** Percentiles in nanoseconds; 0 before the first call. */
    record Percentiles(long p50, long p99) {
        static final Percentiles NONE = new Percentiles(0, 0);
    }

    LatencyTrack(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        windowStart = nanoTime.getAsLong();
        refreshedAt = windowStart - REFRESH_NANOS;
    }

    void record(long nanos) {
        long bounded = Math.clamp(nanos, 1, NANOS_MAX);
        recorder.recordValue(bounded);
        // Two threads may overwrite each other's step: a lost sample of a running mean is of no account.
        long seen = count;
        meanNanos = seen == 0 ? bounded : meanNanos + (bounded - meanNanos) * Math.max(WEIGHT, 1.0 / (seen + 1));
        count = seen + 1;
    }

    /** Returns the running mean in nanoseconds, 0 before the first call. */
    double meanNanos() {
        return meanNanos;
    }

    /** Returns about how many were recorded. */
    long count() {
        return count;
    }

    /** Returns the percentiles as they were at most half a second ago. */
    Percentiles percentiles() {
        long now = nanoTime.getAsLong();
        if (now - refreshedAt > REFRESH_NANOS && lock.tryLock()) {
            try {
                refresh(now);
            } finally {
                lock.unlock();
            }
        }
        return percentiles;
    }

    private void refresh(long now) {
        interval = recorder.getIntervalHistogram(interval);
        current.add(interval);
        if (now - windowStart > WINDOW_NANOS) {
            var oldest = previous;
            previous = current;
            oldest.reset();
            current = oldest;
            windowStart = now;
        }
        var both = previous.copy();
        both.add(current);
        percentiles = both.getTotalCount() == 0
                ? Percentiles.NONE
                : new Percentiles(both.getValueAtPercentile(50), both.getValueAtPercentile(99));
        refreshedAt = now;
    }
}
