package io.forelog.raft;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * MicroRaft's time, which runs faster than ours because its settings are whole seconds. Monotonic, and of no meaning
 * outside of this process.
 */
final class ScaledTime extends Clock {

    /** An epoch well above zero: MicroRaft takes time zero for "never heard of a leader". */
    private static final long START_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final LongSupplier nanoTime;
    private final int scale;
    private final long startNanos;
    private volatile long skippedNanos;

    ScaledTime(LongSupplier nanoTime, int scale) {
        this.nanoTime = nanoTime;
        this.scale = scale;
        this.startNanos = nanoTime.getAsLong();
    }

    @Override
    public long millis() {
        return START_MILLIS + TimeUnit.NANOSECONDS.toMillis((nanoTime.getAsLong() - startNanos + skippedNanos) * scale);
    }

    /** Makes it that much later, for Raft alone: what it waits for has come. Raft thread only. */
    void skip(Duration wall) {
        skippedNanos = skippedNanos + wall.toNanos();
    }

    /** Returns how long a delay of Raft's lasts on the wall. */
    Duration toWall(long delay, TimeUnit unit) {
        return Duration.ofNanos(unit.toNanos(delay) / scale);
    }

    /** Returns how much wall time has passed since a moment of this clock. */
    Duration wallSince(long millis) {
        return Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(millis() - millis) / scale);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
