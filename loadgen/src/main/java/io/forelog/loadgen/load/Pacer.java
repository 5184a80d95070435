package io.forelog.loadgen.load;

import io.vertx.core.Context;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes a context at a moment, to about 0.1 ms; Vert.x' own timers know only whole milliseconds. Has a thread of its
 * own, which sleeps meanwhile.
 */
public final class Pacer implements AutoCloseable {

    private static final long NEVER = Long.MAX_VALUE;
    /** Ticks closer together would cost more than they tell; what is due sooner is due at the next one. */
    private static final long TICK_NANOS_MIN = 50_000;

    private final Context context;
    private final Runnable tick;
    private final Thread thread;
    private final long origin = System.nanoTime();
    private volatile long wakeAt = NEVER;
    private volatile boolean closed;

    /** @param tick called on the context; asks for the next wake-up by {@link #wakeAt} */
    public Pacer(Context context, Runnable tick) {
        this.context = context;
        this.tick = tick;
        this.thread = Thread.ofPlatform().daemon().name("pacer").start(this::run);
    }

    /**
     * Asks for one tick at this moment, in place of what was asked for before. To be called on the context.
     *
     * @param nanos by {@link System#nanoTime}
     */
    public void wakeAt(long nanos) {
        wakeAt = Math.max(nanos, System.nanoTime() + TICK_NANOS_MIN) - origin;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            long wait = wakeAt - (System.nanoTime() - origin);
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            } else {
                // A request made since is lost here; the tick makes it anew.
                wakeAt = NEVER;
                context.runOnContext(due -> tick.run());
            }
        }
    }

    /** Ends the thread; a tick that is on its way may still come. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
