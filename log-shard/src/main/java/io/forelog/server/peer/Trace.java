package io.forelog.server.peer;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a thread works at the moment, which its calls to other nodes carry on, as W3C's Trace Context has it.
 * An answer from another node is taken in the trace that asked for it; work that goes on in other threads by itself, as
 * what is prefetched, belongs to none.
 */
@FunctionalInterface
public interface Trace {

    /** Returns the {@code traceparent} of what is asked of others. */
    String traceparent();

    /** Returns the trace of what this thread does, or null if there is none. */
    static @Nullable Trace current() {
        return CurrentTrace.OF_THREAD.get();
    }

    /** Runs a step of a trace's work; null for one that belongs to none. */
    static void run(@Nullable Trace trace, Runnable step) {
        var before = CurrentTrace.OF_THREAD.get();
        CurrentTrace.OF_THREAD.set(trace);
        try {
            step.run();
        } finally {
            CurrentTrace.OF_THREAD.set(before);
        }
    }
}
