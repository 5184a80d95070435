package io.forelog.server.peer;

import java.util.concurrent.TimeUnit;

/**
 * Keeps calls from waiting on a peer to which no connection can be made: after a failure they are refused at once for
 * a while, then one is let through to try. The while is short, since a node that restarts is wanted back within tens of
 * milliseconds, and doubles up to a second for one that stays away.
 *
 * <p>Only failures to connect count: a peer that answers slowly or with errors is the callers' to judge. For one
 * thread.
 */
final class Breaker {

    private static final long PAUSE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PAUSE_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long pauseNanos;
    private long closedUntilNanos;
    private boolean isTrying;

    /** Returns whether a call may be tried; if so, {@link #succeeded} or {@link #failed} must follow. */
    boolean admits(long nowNanos) {
        if (pauseNanos == 0) {
            return true;
        }
        if (isTrying || nowNanos - closedUntilNanos < 0) {
            return false;
        }
        isTrying = true;
        return true;
    }

    void succeeded() {
        pauseNanos = 0;
        isTrying = false;
    }

    void failed(long nowNanos) {
        // Calls that waited for the same connection fail together: that is one failure.
        if (pauseNanos > 0 && !isTrying) {
            return;
        }
        pauseNanos = Math.clamp(pauseNanos * 2, PAUSE_MIN_NANOS, PAUSE_MAX_NANOS);
        closedUntilNanos = nowNanos + pauseNanos;
        isTrying = false;
    }

    /** Returns whether calls are refused at present. */
    boolean isOpen() {
        return pauseNanos > 0;
    }
}
