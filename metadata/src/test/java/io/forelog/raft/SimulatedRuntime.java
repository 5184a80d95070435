package io.forelog.raft;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
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
final class SimulatedRuntime {

    private static final long TASK_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long SLOW_TASK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long WAKING_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2);
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

    Random random() {
        return random;
    }

    long nanoTime() {
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

    /** Returns a generator of its own, so that what one part draws does not change what another does. */
    RandomGenerator split() {
        return new Random(random.nextLong());
    }

    /** Returns the threads and the clock of one process. */
    Process process() {
        return new Process();
    }

    /** One process of the cluster, which can be paused as by a SIGSTOP: its threads stand still, time goes on. */
    final class Process implements RaftRuntime {

        private long pausedUntil;
        private long timersNanos;

        void pause(Duration duration) {
            pausedUntil = nowNanos + duration.toNanos();
        }

        long pausedUntilNanos() {
            return pausedUntil;
        }

        boolean isPaused() {
            return nowNanos < pausedUntil;
        }

        @Override
        public SerialTasks raftExecutor(String name) {
            return new Serial(this, TASK_NANOS_MAX);
        }

        /** Now and then a state machine takes long. */
        @Override
        public SerialTasks applyExecutor(String name) {
            return new Serial(this, random.nextInt(4) == 0 ? SLOW_TASK_NANOS_MAX : TASK_NANOS_MAX);
        }

        @Override
        public Executor backgroundExecutor() {
            return task -> at(nowNanos + random.nextLong(BACKGROUND_NANOS_MAX), task);
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            at(nowNanos + delay.toNanos(), () -> whenAwake(task));
        }

        /**
         * Returns when timers or a socket of this process run next: now, or a little after a pause, each at a time of
         * its own.
         *
         * @param previous what was returned for the same source before
         */
        long awakeNanos(long previous) {
            return isPaused() && previous < pausedUntil
                    ? pausedUntil + random.nextLong(WAKING_NANOS_MAX)
                    : Math.max(previous, nowNanos);
        }

        private void whenAwake(Runnable task) {
            timersNanos = awakeNanos(timersNanos);
            if (timersNanos > nowNanos) {
                at(timersNanos, task);
            } else {
                task.run();
            }
        }

        @Override
        public long nanoTime() {
            return nowNanos;
        }

        @Override
        public RandomGenerator random() {
            return random;
        }
    }

    private final class Serial implements SerialTasks {

        private final Process process;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final long taskNanosMax;
        private long lastNanos;

        Serial(Process process, long taskNanosMax) {
            this.process = process;
            this.taskNanosMax = taskNanosMax;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            lastNanos = Math.max(lastNanos, nowNanos) + random.nextLong(taskNanosMax);
            at(lastNanos, this::runNext);
        }

        private void runNext() {
            if (process.isPaused()) {
                at(process.pausedUntil, this::runNext);
            } else {
                tasks.remove().run();
            }
        }
    }
}
