package io.forelog.simulation;

import io.forelog.raft.RaftRuntime;
import io.forelog.raft.SerialTasks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One process of the cluster. It can be frozen as by a SIGSTOP: its threads stand still, time goes on; and killed:
 * nothing of it runs any more.
 */
public final class SimulatedProcess implements RaftRuntime {

    private static final long TASK_NANOS_MAX = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long SLOW_TASK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long WAKING_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long BACKGROUND_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    private final SimulatedRuntime runtime;
    private long frozenUntil;
    private long timersNanos;
    private boolean dead;

    /** Ends the threads of a killed process that wait. Not to be caught: the process has no more say. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1;

        Killed() {
            super("the process was killed", null, false, false);
        }
    }

    SimulatedProcess(SimulatedRuntime runtime) {
        this.runtime = runtime;
    }

    /** Lets all threads stand still for a while. */
    public void freeze(Duration duration) {
        frozenUntil = runtime.nanoTime() + duration.toNanos();
    }

    /** Ends all threads for good. */
    public void kill() {
        dead = true;
    }

    public boolean isDead() {
        return dead;
    }

    public long frozenUntilNanos() {
        return frozenUntil;
    }

    public boolean isFrozen() {
        return runtime.nanoTime() < frozenUntil;
    }

    @Override
    public SerialTasks raftExecutor(String name) {
        return new Serial(TASK_NANOS_MAX);
    }

    /** Now and then a state machine takes long. */
    @Override
    public SerialTasks applyExecutor(String name) {
        return new Serial(runtime.random().nextInt(4) == 0 ? SLOW_TASK_NANOS_MAX : TASK_NANOS_MAX);
    }

    @Override
    public Executor backgroundExecutor() {
        return task ->
                runtime.at(runtime.nanoTime() + runtime.random().nextLong(BACKGROUND_NANOS_MAX), () -> whenAwake(task));
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        runtime.at(runtime.nanoTime() + delay.toNanos(), () -> whenAwake(task));
    }

    @Override
    public void pause(Duration duration) {
        runtime.pause(duration, this::requireAlive);
        while (isFrozen()) {
            runtime.pause(Duration.ofNanos(frozenUntil - runtime.nanoTime()), this::requireAlive);
        }
    }

    private void requireAlive() {
        if (dead) {
            throw new Killed();
        }
    }

    /**
     * Returns when timers or a socket of this process run next: now, or a little after a frozen time, each at a time of
     * its own.
     *
     * @param previous what was returned for the same source before
     */
    long awakeNanos(long previous) {
        return isFrozen() && previous < frozenUntil
                ? frozenUntil + runtime.random().nextLong(WAKING_NANOS_MAX)
                : Math.max(previous, runtime.nanoTime());
    }

    private void whenAwake(Runnable task) {
        if (dead) {
            return;
        }
        timersNanos = awakeNanos(timersNanos);
        if (timersNanos > runtime.nanoTime()) {
            runtime.at(timersNanos, () -> run(task));
        } else {
            run(task);
        }
    }

    private void run(Runnable task) {
        if (dead) {
            return;
        }
        try {
            task.run();
        } catch (Killed e) {
            // It waited when its process was killed; what it was about to do is lost with that.
            runtime.trace(runtime.nanoTime());
        }
    }

    @Override
    public long nanoTime() {
        return runtime.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return runtime.random();
    }

    private final class Serial implements SerialTasks {

        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final long taskNanosMax;
        private long lastNanos;
        /** A task waits, or is being run: the next one must wait for its end. */
        private boolean busy;

        private int delayed;

        Serial(long taskNanosMax) {
            this.taskNanosMax = taskNanosMax;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            lastNanos =
                    Math.max(lastNanos, runtime.nanoTime()) + runtime.random().nextLong(taskNanosMax);
            runtime.at(lastNanos, this::runNext);
        }

        private void runNext() {
            if (dead) {
                tasks.clear();
            } else if (isFrozen()) {
                runtime.at(frozenUntil, this::runNext);
            } else if (busy) {
                delayed++;
            } else {
                busy = true;
                try {
                    SimulatedProcess.this.run(tasks.remove());
                } finally {
                    ended();
                }
            }
        }

        private void ended() {
            busy = false;
            for (; delayed > 0; delayed--) {
                runtime.at(runtime.nanoTime(), this::runNext);
            }
        }
    }
}
