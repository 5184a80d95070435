package io.forelog.raft;

import java.util.concurrent.Executor;

/** Runs tasks one at a time, in order. */
@FunctionalInterface
public interface SerialTasks extends Executor {

    /**
     * As {@link #execute}, but if nothing runs or waits the calling thread may run the task itself, before this
     * returns: no other thread has to be woken. Not to be called with a lock held that a task takes.
     */
    default void executeHere(Runnable task) {
        execute(task);
    }
}
