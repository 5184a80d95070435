package io.forelog.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether asking a tier makes reads faster: a read that asks it takes the tier's latency and, on a miss, what lies
 * beyond it; a read that skips it takes what lies beyond. Judged with hysteresis, so that a tier near the line does not
 * flap; a tier that is skipped is still probed a few times a second by reads that do not wait for it.
 *
 * <p>A call for many records teaches as much as one for a single record: what it took is divided by {@link #size}.
 *
 * <p>Safe for use by any thread. Racing updates of the running means may lose a sample.
 */
final class Worth {

    /** What to do with a tier on the way of a read. */
    enum Verdict {
        ASK,

        /** Ask, so as to learn, but do not wait. */
        PROBE,

        SKIP
    }

    static final int SAMPLES_MIN = 64;
    static final long PROBE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final double SKIP_ABOVE = 1.25;
    private static final double ASK_BELOW = 1.0;
    private static final double WEIGHT = 1.0 / 32;

    /**
     * Records that take about twice as long in one call as one does: over loopback, of 1 KiB each, 1,000 took Redis 20
     * times as long as one, and 100 took it 2.5 times and Hazelcast, which asks each partition by itself, 5 times.
     */
    private static final int BATCH_AS_LONG_AS_ONE = 50;

    private final AtomicLong probedAt;
    private volatile double latencyNanos;
    private volatile double hitRatio;
    private volatile long samples;
    private volatile boolean skipping;

    Worth(long nowNanos) {
        probedAt = new AtomicLong(nowNanos);
    }

    /** Returns how much longer than one record so many take that are asked for in one call. */
    static double size(int records) {
        return 1 + (double) (records - 1) / BATCH_AS_LONG_AS_ONE;
    }

    /**
     * Learns from a call that was answered.
     *
     * @param hits of the {@code asked} records of the call, at least one
     */
    void observe(int hits, int asked, long nanos) {
        learn((double) hits / asked, nanos / size(asked));
    }

    /** Learns from a call that failed: its deadline, and so what it took, is the same for many records as for one. */
    void observeFailure(long nanos) {
        learn(0, nanos);
    }

    private void learn(double hits, double nanos) {
        double weight = Math.max(WEIGHT, 1.0 / (samples + 1));
        hitRatio += (hits - hitRatio) * weight;
        latencyNanos += (nanos - latencyNanos) * weight;
        samples++;
    }

    /** Returns what a read takes from here on if it asks this tier first. */
    double throughNanos(double beyondNanos) {
        return latencyNanos + (1 - hitRatio) * beyondNanos;
    }

    /** Returns what a read takes from here on, whether or not it asks this tier. */
    double bestNanos(double beyondNanos) {
        // Whether it is skipped at present may be for reads of another node, nearer than this one.
        return samples < SAMPLES_MIN ? beyondNanos : Math.min(beyondNanos, throughNanos(beyondNanos));
    }

    /**
     * Judges the tier.
     *
     * @param beyondNanos what a read takes that skips it, 0 if not known
     */
    Verdict judge(double beyondNanos, long nowNanos) {
        if (beyondNanos <= 0 || samples < SAMPLES_MIN) {
            return Verdict.ASK;
        }
        double through = throughNanos(beyondNanos);
        if (skipping ? through < ASK_BELOW * beyondNanos : through > SKIP_ABOVE * beyondNanos) {
            skipping = !skipping;
        }
        if (!skipping) {
            return Verdict.ASK;
        }
        long last = probedAt.get();
        boolean due = nowNanos - last >= PROBE_EVERY_NANOS && probedAt.compareAndSet(last, nowNanos);
        return due ? Verdict.PROBE : Verdict.SKIP;
    }
}
