package io.forelog.loadgen.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/**
 * Starts operations by a schedule that does not wait for answers, as independent callers do. Each operation's latency
 * counts from the moment it was due: when the server stalls for a second, all that were due in that second have waited,
 * and say so (Tene, "How NOT to measure latency": no coordinated omission).
 *
 * <p>At most {@code inFlightMax} operations are under way; those due beyond that start late, with the delay in their
 * latency. What is still due at the window's end is started within {@code graceAfterEnd}, or counted as never started.
 */
final class OpenLoop implements LoadLoop {

    /** How often it is looked whether the last operation is over, if nothing else happens. */
    private static final long CHECK_NANOS = 10_000_000;

    private final double perSecond;
    private final int inFlightMax;
    private final Duration graceAfterEnd;
    private final Operation operation;
    private final Promise<Void> done = Promise.promise();
    private final Pacer pacer;
    private Schedule schedule = Schedule.NONE;
    private long giveUpNanos;
    private long next;
    private long count;
    private int inFlight;

    OpenLoop(Context context, double perSecond, int inFlightMax, Duration graceAfterEnd, Operation operation) {
        this.perSecond = perSecond;
        this.inFlightMax = inFlightMax;
        this.graceAfterEnd = graceAfterEnd;
        this.operation = operation;
        this.pacer = new Pacer(context, this::startDue);
    }

    @Override
    public Future<Void> run(Window window) {
        schedule = Schedule.of(window, perSecond);
        count = schedule.count();
        giveUpNanos = window.end() + graceAfterEnd.toNanos();
        pacer.wakeAt(window.from());
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

    private void startDue() {
        long now = System.nanoTime();
        while (!isLastStarted() && schedule.intendedNanos(next) - now <= 0 && inFlight < inFlightMax) {
            long intended = schedule.intendedNanos(next++);
            inFlight++;
            operation.start(intended).onComplete(over -> {
                boolean wasFull = inFlight-- == inFlightMax;
                if (wasFull || inFlight == 0 && isLastStarted()) {
                    // By way of the pacer, so that operations that are over at once do not grow the stack.
                    pacer.wakeAt(now);
                }
            });
        }
        if (inFlight == 0 && isLastStarted()) {
            pacer.close();
            done.tryComplete();
        } else if (!isLastStarted() && inFlight < inFlightMax) {
            pacer.wakeAt(schedule.intendedNanos(next));
        } else {
            pacer.wakeAt(Math.max(now + CHECK_NANOS, giveUpNanos));
        }
    }

    private boolean isLastStarted() {
        return next >= count || System.nanoTime() - giveUpNanos > 0;
    }
}
