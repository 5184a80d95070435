package io.forelog.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** The time of day in a simulated world, on a day that is always the same. */
public final class SimulatedClock extends Clock {

    private static final long BEGIN_MILLIS = 1_700_000_000_000L;

    private final SimulatedRuntime runtime;

    public SimulatedClock(SimulatedRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** @throws UnsupportedOperationException always: there is one zone */
    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a simulated clock knows UTC alone");
    }

    @Override
    public long millis() {
        return BEGIN_MILLIS + TimeUnit.NANOSECONDS.toMillis(runtime.nanoTime());
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }
}
