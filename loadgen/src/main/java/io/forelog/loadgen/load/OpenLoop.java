package io.forelog.loadgen.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts operations by a schedule that does not wait for answers, as independent callers do. Each operation's latency
 * counts from the moment it was due: when the server stalls for a second, all that were due in that second have waited,
 * and say so (Tene, "How NOT to measure latency": no coordinated omission).
 *
 * <p>At most {@code inFlightMax} operations are under way; those due beyond that start late, with the delay in their
 * latency. What is still due at the window's end is started within {@code graceAfterEnd}, or counted as never started.
 * A thread of its own, the pacer, wakes the context when something is due, to about 0.1 ms.
 */
final class OpenLoop implements LoadLoop {

    private static final long TICK_NANOS_MIN = 50_000;
    private static final long STUCK_NANOS = 1_000_000;

    private final Context context;
    private final double perSecond;
    private final int inFlightMax;
    private final Duration graceAfterEnd;
    private final Operation operation;
    private final Promise<Void> done = Promise.promise();
    private final AtomicBoolean tickPending = new AtomicBoolean();
    private volatile long next;
    private volatile boolean finished;
    private int inFlight;
    private volatile long count;

    OpenLoop(Context context, double perSecond, int inFlightMax, Duration graceAfterEnd, Operation operation) {
        this.context = context;
        this.perSecond = perSecond;
        this.inFlightMax = inFlightMax;
        this.graceAfterEnd = graceAfterEnd;
        this.operation = operation;
    }

    @Override
    public Future<Void> run(Window window) {
        var schedule = Schedule.of(window, perSecond);
        count = schedule.count();
        Thread.ofPlatform().daemon().name("pacer").start(() -> pace(schedule, window));
        return done.future();
    }

    @Override
    public void stop() {
        count = next;
    }

    @Override
    public long neverStarted() {
        return count - next;
    }

    private void pace(Schedule schedule, Window window) {
        long reached = -1;
        while (!finished) {
            long untilDue = schedule.intendedNanos(next) - System.nanoTime();
            if (untilDue > 0 && next < count) {
                LockSupport.parkNanos(Math.max(untilDue, TICK_NANOS_MIN));
            } else {
                boolean stuck = next == reached;
                reached = next;
                tick(schedule, window);
                LockSupport.parkNanos(stuck ? STUCK_NANOS : TICK_NANOS_MIN);
            }
        }
    }

    private void tick(Schedule schedule, Window window) {
        if (tickPending.compareAndSet(false, true)) {
            context.runOnContext(tick -> {
                tickPending.set(false);
                startDue(schedule, window);
            });
        }
    }

    private void startDue(Schedule schedule, Window window) {
        long now = System.nanoTime();
        boolean givenUp = now - window.end() > graceAfterEnd.toNanos();
        while (!givenUp && isDue(schedule, now) && inFlight < inFlightMax) {
            long intended = schedule.intendedNanos(next);
            next = next + 1;
            inFlight++;
            operation.start(intended).onComplete(over -> {
                inFlight--;
                if (isDue(schedule, System.nanoTime())) {
                    tick(schedule, window);
                }
            });
        }
        if (inFlight == 0 && (givenUp || next >= count)) {
            finished = true;
            done.tryComplete();
        }
    }

    private boolean isDue(Schedule schedule, long now) {
        return next < count && schedule.intendedNanos(next) - now <= 0;
    }
}
