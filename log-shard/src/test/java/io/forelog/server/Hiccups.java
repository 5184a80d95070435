package io.forelog.server;

import java.util.concurrent.locks.LockSupport;

/** How long the machine kept a thread waiting that wanted to run: after Gil Tene's jHiccup. */
final class Hiccups {

    private static final long PERIOD_NANOS = 1_000_000;

    private volatile boolean closed;
    private volatile long longestNanos;
    private final Thread thread = Thread.ofPlatform().daemon().name("hiccups").start(this::measure);

    private void measure() {
        while (!closed) {
            long began = System.nanoTime();
            LockSupport.parkNanos(PERIOD_NANOS);
            longestNanos = Math.max(longestNanos, System.nanoTime() - began - PERIOD_NANOS);
        }
    }

    /** Ends the measurement and returns the longest stall in milliseconds. */
    long close() {
        closed = true;
        LockSupport.unpark(thread);
        return longestNanos / 1_000_000;
    }
}
