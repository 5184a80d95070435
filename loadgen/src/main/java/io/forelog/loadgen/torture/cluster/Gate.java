package io.forelog.loadgen.torture.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Holds up who comes while it is closed, and for a while who comes when it is slow. */
final class Gate {

    private boolean isClosed;
    private Duration delay = Duration.ZERO;

    synchronized void close() {
        isClosed = true;
    }

    /** Lets everybody through, each after this time. */
    synchronized void slow(Duration by) {
        delay = by;
    }

    /** Lets everybody through at once. */
    synchronized void open() {
        isClosed = false;
        delay = Duration.ZERO;
        notifyAll();
    }

    void pass() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(waited().toNanos());
    }

    private synchronized Duration waited() throws InterruptedException {
        while (isClosed) {
            wait();
        }
        return delay;
    }
}
