package io.forelog.cache;

import java.time.Clock;

/**
 * Time as the path of a read sees it, and what is to happen at a time. There is the machine's, {@link MachineTime}, and
 * a simulated one. Safe for use by any thread.
 */
public interface PathTime {

    /** Returns monotonic time. */
    long nanoTime();

    /** Returns the time of day. */
    Clock clock();

    /** Runs {@code task} after {@code nanos}, unless what is returned is run before. */
    Runnable after(long nanos, Runnable task);

    /** Runs {@code task}, which is short, again and again with {@code nanos} between, until what is returned is run. */
    Runnable every(long nanos, Runnable task);
}
