package io.forelog.loadgen.torture.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what others bring about. */
public final class Waiting {

    private static final long LOOK_MILLIS = 200;

    private Waiting() {}

    /** Something that becomes true. One that cannot be asked now is not true yet. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /**
     * Returns once it holds.
     *
     * @param what for the message
     * @throws IOException if it does not in time; with what it failed with last
     */
    public static void until(String what, Duration most, Condition condition) throws IOException, InterruptedException {
        if (!holdsWithin(most, condition)) {
            throw new IOException("not within " + most.toSeconds() + " s: " + what);
        }
    }

    /** Returns whether it came to hold in this time, as soon as it does. */
    public static boolean holdsWithin(Duration most, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (IOException e) {
                // Whoever was asked does not answer at present: that is what is waited for.
                if (System.nanoTime() > deadline) {
                    return false;
                }
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
