package io.forelog.storage;

import java.util.concurrent.atomic.LongAdder;

/**
 * Holds the scrubber back while more is appended than it would read itself: what a burst of appends needs of the
 * processor and the disk is not spent on bytes that nobody waits for. It never stands still for good.
 *
 * <p>{@link #appended} may be called by any thread, {@link #isDue} by that of the scrubber alone.
 */
final class ScrubPace {

    /** How many steps in a row may be passed over. */
    static final int PASSED_OVER_MAX = 7;

    private final LongAdder appended = new LongAdder();
    private long appendedBefore;
    private int passedOver;

    void appended(int bytes) {
        appended.add(bytes);
    }

    /** Returns whether the scrubber may take its next step now, of so many bytes; asked once for each. */
    boolean isDue(long bytes) {
        long now = appended.sum();
        boolean busy = now - appendedBefore > bytes;
        appendedBefore = now;
        if (busy && passedOver < PASSED_OVER_MAX) {
            passedOver++;
            return false;
        }
        passedOver = 0;
        return true;
    }
}
