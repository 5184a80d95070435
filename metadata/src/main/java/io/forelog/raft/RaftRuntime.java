package io.forelog.raft;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Threads, time and chance, shared by the groups of a node. There is one with real threads, and one that runs a
 * whole cluster in one thread under a virtual clock.
 */
public interface RaftRuntime {

    /** Returns an executor for Raft's work of one group: one task at a time, in order. Tasks may wait for a disk. */
    SerialTasks raftExecutor(String name);

    /** Returns an executor for a group's state machine: one task at a time, in order. Tasks may take long. */
    SerialTasks applyExecutor(String name);

    /** Returns an executor for rare and slow work: allocating files, fetching. */
    Executor backgroundExecutor();

    /** Runs {@code task}, which must be short, once {@code delay} has passed. */
    void schedule(Duration delay, Runnable task);

    /** Lets the calling thread, one that applies or of the background, wait; never called on a Raft thread. */
    void pause(Duration duration);

    /** Returns monotonic time, also advancing while the process is paused. */
    long nanoTime();

    /** Returns the source of chance for a group. */
    RandomGenerator random();
}
