package io.forelog.loadgen.load;

import java.time.Duration;

/**
 * When a run begins, from when on it is measured, and when it ends, all by {@link System#nanoTime}.
 *
 * @param from the run's start; until {@code measuredFrom} it warms up
 */
record Window(long from, long measuredFrom, long end) {

    static Window from(long nanos, Duration warmup, Duration measured) {
        return new Window(
                nanos, nanos + warmup.toNanos(), nanos + warmup.plus(measured).toNanos());
    }

    boolean isMeasured(long nanos) {
        return nanos - measuredFrom >= 0 && nanos - end < 0;
    }

    double elapsedSeconds(long nanos) {
        return (nanos - from) / 1e9;
    }

    double measuredSeconds() {
        return (end - measuredFrom) / 1e9;
    }

    Duration length() {
        return Duration.ofNanos(end - from);
    }
}
