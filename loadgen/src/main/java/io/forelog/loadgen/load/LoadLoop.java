package io.forelog.loadgen.load;

import io.vertx.core.Future;

/** What decides when operations start. Confined to its context. */
interface LoadLoop {

    /** Runs to the end of the window; the future completes when the last operation is over. */
    Future<Void> run(Window window);

    /** Starts no further operation. */
    void stop();

    /** Returns how many operations were due and could not be started before the loop gave up. */
    long neverStarted();
}
