package io.forelog.prefetch;

/**
 * Switches fetching off while a shadow cache without prefetching does better on a sample of the reads, and tries
 * again after a pause that doubles each time.
 */
final class HarmGuard {

    private static final int TRIAL_SAMPLES = 2048;
    private static final double HARM = 0.01;
    private static final long PAUSE_SAMPLES_MAX = 1L << 20;

    private double balance;
    private int samples;
    private long pause = TRIAL_SAMPLES;
    private long pauseLeft;

    boolean off() {
        return pauseLeft > 0;
    }

    /** Notes a sampled read: whether it missed, and whether it would have without prefetching. */
    void sampled(boolean miss, boolean shadowMiss) {
        if (pauseLeft > 0) {
            pauseLeft--;
            return;
        }
        balance += (miss ? 1 : 0) - (shadowMiss ? 1 : 0);
        if (++samples == TRIAL_SAMPLES) {
            if (balance > HARM * TRIAL_SAMPLES) {
                pauseLeft = pause;
                pause = Math.min(PAUSE_SAMPLES_MAX, pause * 2);
            } else {
                pause = TRIAL_SAMPLES;
            }
            samples = 0;
            balance = 0;
        }
    }
}
