package io.forelog.prefetch;

/**
 * Switches fetching off while a cache without it does better on a sample of the reads, and tries again after a pause
 * that doubles each time. Better is, over a trial, whichever of two such caches has fewer misses: one of LRU, one of
 * W-TinyLFU, since a node without prefetching would have the one that suits its reads.
 */
final class HarmGuard {

    private static final int TRIAL_SAMPLES = 2048;
    private static final int LOOK_SAMPLES = 256;
    private static final double HARM = 0.003;
    /** Standard deviations that a difference must have before a trial is over to end it. */
    private static final double CERTAIN = 3;

    private static final int PAUSE_SAMPLES_MIN = TRIAL_SAMPLES;
    private static final int PAUSE_SAMPLES_MAX = 1 << 20;

    private int samples;
    private int misses;
    private int lruMisses;
    private int tinyLfuMisses;
    /** Samples that missed in one of the two only: the guarded cache and that one. */
    private int lruDiffering;

    private int tinyLfuDiffering;
    private int pause = PAUSE_SAMPLES_MIN;
    private int pauseLeft;

    boolean off() {
        return pauseLeft > 0;
    }

    /** Notes a sampled read: whether it missed, and whether it would have in either cache without prefetching. */
    void sampled(boolean miss, boolean lruMiss, boolean tinyLfuMiss) {
        if (pauseLeft > 0) {
            pauseLeft--;
            return;
        }
        misses += miss ? 1 : 0;
        lruMisses += lruMiss ? 1 : 0;
        tinyLfuMisses += tinyLfuMiss ? 1 : 0;
        lruDiffering += miss != lruMiss ? 1 : 0;
        tinyLfuDiffering += miss != tinyLfuMiss ? 1 : 0;
        if (++samples % LOOK_SAMPLES == 0) {
            look();
        }
    }

    private void look() {
        int harm = misses - Math.min(lruMisses, tinyLfuMisses);
        int differing = lruMisses < tinyLfuMisses ? lruDiffering : tinyLfuDiffering;
        boolean over = samples >= TRIAL_SAMPLES;
        double bound = over ? HARM * samples : Math.max(2 * HARM * samples, CERTAIN * Math.sqrt(differing));
        if (harm > bound) {
            pauseLeft = pause;
            pause = Math.min(PAUSE_SAMPLES_MAX, pause * 2);
        } else if (over) {
            pause = PAUSE_SAMPLES_MIN;
        }
        if (over || pauseLeft > 0) {
            clear();
        }
    }

    /** Begins anew: what was seen so far was of a cache of another size. */
    void restart() {
        clear();
        pause = PAUSE_SAMPLES_MIN;
        pauseLeft = 0;
    }

    private void clear() {
        samples = 0;
        misses = 0;
        lruMisses = 0;
        tinyLfuMisses = 0;
        lruDiffering = 0;
        tinyLfuDiffering = 0;
    }
}
