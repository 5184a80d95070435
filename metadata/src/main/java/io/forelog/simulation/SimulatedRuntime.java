package io.forelog.simulation;

import io.forelog.raft.RaftRuntime;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A whole cluster's threads and time: events at virtual times, run one by one in their order. All chance comes from
 * one seed, so a run can be repeated. Whoever drives it calls it from one thread, and closes it.
 *
 * <p>A task that waits, by {@link RaftRuntime#pause}, keeps its thread while another goes on with the events; one runs
 * at a time ({@link Carriers}).
 */
public final class SimulatedRuntime implements AutoCloseable {

    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long FNV_BASIS = 0xcbf29ce484222325L;

    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::sequence));
    private final Carriers carriers = new Carriers(this::runsOn);
    private boolean driving;
    private BooleanSupplier over = () -> true;
    private long nowNanos = TimeUnit.HOURS.toNanos(1);
    private long sequence;
    private long steps;
    private long traceHash = FNV_BASIS;

    private record Event(long nanos, long sequence, Runnable task) {}

    public SimulatedRuntime(long seed) {
        this.random = new Random(seed);
    }

    public Random random() {
        return random;
    }

    public long nanoTime() {
        return nowNanos;
    }

    /** Returns how many events were run. */
    public long steps() {
        return steps;
    }

    /** Returns a hash of when events were run and of what {@link #trace} was told: that of a repetition is the same. */
    public long traceHash() {
        return traceHash;
    }

    /** Makes a fact part of the run's hash. */
    public void trace(long fact) {
        traceHash = (traceHash ^ fact) * FNV_PRIME;
    }

    /** Runs a task at a time, or now if that is over. */
    public void at(long nanos, Runnable task) {
        events.add(new Event(nanos, sequence++, task));
    }

    /** Runs a task after a time. */
    public void after(Duration delay, Runnable task) {
        at(nowNanos + delay.toNanos(), task);
    }

    /** Lets virtual time pass. */
    public void run(Duration duration) {
        long end = nowNanos + duration.toNanos();
        drive(() -> events.isEmpty() || events.element().nanos() > end);
        nowNanos = end;
    }

    /**
     * Lets virtual time pass until something is so.
     *
     * @throws AssertionError if it does not come to be
     */
    public void runUntil(String what, Duration atMost, BooleanSupplier condition) {
        if (!runUntil(atMost, condition)) {
            throw new AssertionError("not within " + atMost + ": " + what);
        }
    }

    /** Lets virtual time pass until something is so, or the time is over; returns whether it is so. */
    public boolean runUntil(Duration atMost, BooleanSupplier condition) {
        long end = nowNanos + atMost.toNanos();
        drive(() ->
                condition.getAsBoolean() || events.isEmpty() || events.element().nanos() > end);
        return condition.getAsBoolean();
    }

    private void drive(BooleanSupplier end) {
        if (driving) {
            throw new IllegalStateException("time passes already: what is waited for must not wait itself");
        }
        driving = true;
        over = end;
        try {
            carriers.drive();
        } finally {
            driving = false;
        }
    }

    /** Runs the next event; false if this run of them is over. */
    private boolean runsOn() {
        if (over.getAsBoolean()) {
            return false;
        }
        var event = events.remove();
        nowNanos = Math.max(nowNanos, event.nanos());
        steps++;
        trace(nowNanos);
        event.task().run();
        return true;
    }

    /** Lets the calling task wait while others run. */
    void pause(Duration duration, Runnable afterwards) {
        carriers.pause(wake -> at(nowNanos + duration.toNanos(), wake));
        afterwards.run();
    }

    /** Returns a generator of its own, so that what one part draws does not change what another does. */
    public RandomGenerator split() {
        return new Random(random.nextLong());
    }

    /** Returns the threads and the clock of one process. */
    public SimulatedProcess process() {
        return new SimulatedProcess(this);
    }

    @Override
    public void close() {
        carriers.close();
    }
}
