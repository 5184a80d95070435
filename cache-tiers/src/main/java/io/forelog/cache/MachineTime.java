package io.forelog.cache;

import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The machine's time. */
final class MachineTime implements PathTime {

    static final PathTime INSTANCE = new MachineTime();

    private MachineTime() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    /**
     * Unlike {@link CompletableFuture#orTimeout}, on a thread of the common pool: what depends on a future that is
     * given up goes on from there, and would hold up the timers of the whole process if it went on from theirs.
     */
    @Override
    public Runnable after(long nanos, Runnable task) {
        var alarm = new CompletableFuture<@Nullable Void>().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        alarm.thenRunAsync(task);
        return () -> alarm.cancel(false);
    }

    @Override
    public Runnable every(long nanos, Runnable task) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("fetch-sweeper").factory());
        timer.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
        return timer::shutdownNow;
    }
}
