package io.forelog.raft;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A whole cluster's threads and time in one thread: events at virtual times, run in their order. All chance comes from
 * one seed, so a run can be repeated.
 */
final class SimulatedRuntime implements RaftRuntime {

    private static final long TASK_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long BACKGROUND_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    private final Random random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::sequence));
    private long nowNanos = TimeUnit.HOURS.toNanos(1);
    private long sequence;

    private record Event(long nanos, long sequence, Runnable task) {}

    SimulatedRuntime(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public Random random() {
        return random;
    }

    @Override
    public Executor raftExecutor(String name) {
        return new Serial();
    }

    @Override
    public Executor applyExecutor(String name) {
        return new Serial();
    }

    @Override
    public Executor backgroundExecutor() {
        return task -> at(nowNanos + random.nextLong(BACKGROUND_NANOS_MAX), task);
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        at(nowNanos + delay.toNanos(), task);
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    void at(long nanos, Runnable task) {
        events.add(new Event(nanos, sequence++, task));
    }

    /** Lets virtual time pass. */
    void run(Duration duration) {
        var end = nowNanos + duration.toNanos();
        while (!events.isEmpty() && events.element().nanos() <= end) {
            step();
        }
        nowNanos = end;
    }

    /** Lets virtual time pass until something is so. */
    void runUntil(String what, Duration atMost, BooleanSupplier condition) {
        var end = nowNanos + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (events.isEmpty() || events.element().nanos() > end) {
                throw new AssertionError("not within " + atMost + ": " + what);
            }
            step();
        }
    }

    private void step() {
        var event = events.remove();
        nowNanos = Math.max(nowNanos, event.nanos());
        event.task().run();
    }

    private final class Serial implements Executor {

        private long lastNanos;

        @Override
        public void execute(Runnable task) {
            lastNanos = Math.max(lastNanos, nowNanos + random.nextLong(TASK_NANOS_MAX));
            at(lastNanos, task);
        }
    }

    /** Returns a generator of its own, so that what one part draws does not change what another does. */
    RandomGenerator split() {
        return new Random(random.nextLong());
    }
}
