package io.forelog.loadgen.load;

import io.vertx.core.Future;

/** One kind of thing that a load does again and again. */
@FunctionalInterface
interface Operation {

    /**
     * Starts one. The future completes when it is over; it never fails, since a failed operation is a figure to be
     * recorded, not the end of a run.
     *
     * @param intendedNanos when it was meant to start, by {@link System#nanoTime}; its latency counts from here
     */
    Future<Void> start(long intendedNanos);
}
