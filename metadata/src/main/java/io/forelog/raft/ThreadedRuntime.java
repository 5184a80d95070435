package io.forelog.raft;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link RaftRuntime} of a few threads, whatever the number of groups. */
public final class ThreadedRuntime implements RaftRuntime, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ThreadedRuntime.class);

    private final ExecutorService raftPool;
    private final ExecutorService applyPool;
    private final ExecutorService backgroundPool;
    private final ScheduledThreadPoolExecutor timer;

    /**
     * Starts the threads.
     *
     * @param raftThreads threads that run the protocol and force logs. Too few: a group's force delays the others'
     *     heartbeats; more than groups: idle
     * @param applyThreads threads that run state machines. Too few: a slow one delays the others
     */
    public ThreadedRuntime(int raftThreads, int applyThreads) {
        raftPool = Executors.newFixedThreadPool(raftThreads, threads("raft-"));
        applyPool = Executors.newFixedThreadPool(applyThreads, threads("raft-apply-"));
        backgroundPool = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("raft-background-", 0).factory());
        timer = new ScheduledThreadPoolExecutor(1, threads("raft-timer-"));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public SerialTasks raftExecutor(String name) {
        return new SerialExecutor(name, open(raftPool));
    }

    @Override
    public SerialTasks applyExecutor(String name) {
        return new SerialExecutor(name, open(applyPool));
    }

    @Override
    public Executor backgroundExecutor() {
        return open(backgroundPool);
    }

    @Override
    public void schedule(Duration delay, Runnable task) {
        try {
            timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("a task scheduled after the end is dropped");
        }
    }

    @Override
    public void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    /** Stops the threads; close the groups first. */
    @Override
    public void close() {
        timer.shutdownNow();
        raftPool.shutdown();
        applyPool.shutdown();
        backgroundPool.shutdown();
    }

    /** A group that is told of something after the end has no one left to tell. */
    private static Executor open(ExecutorService pool) {
        return task -> {
            try {
                pool.execute(task);
            } catch (RejectedExecutionException e) {
                LOGGER.debug("a task after the end is dropped");
            }
        };
    }

    private static ThreadFactory threads(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }
}
