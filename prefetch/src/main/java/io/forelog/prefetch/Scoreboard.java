package io.forelog.prefetch;

/**
 * How often guesses of each cell came true: read after they could have arrived, before they would have been
 * evicted. Newer trials weigh more: a cell's counts are halved when it has many, so it follows a change within
 * {@link #TRIALS_MAX} trials.
 */
final class Scoreboard {

    private static final int TRIALS_MAX = 1024;
    /** A cell without trials is thought this good. */
    private static final double PRIOR = 0.1;
    private static final double PRIOR_TRIALS = 4;

    private final float[] successes;
    private final float[] trials;

    Scoreboard(int cells) {
        successes = new float[cells];
        trials = new float[cells];
    }

    double score(int cell) {
        return (successes[cell] + PRIOR * PRIOR_TRIALS) / (trials[cell] + PRIOR_TRIALS);
    }

    void record(int cell, boolean success) {
        trials[cell]++;
        if (success) {
            successes[cell]++;
        }
        if (trials[cell] >= TRIALS_MAX) {
            trials[cell] /= 2;
            successes[cell] /= 2;
        }
    }

    long bytes() {
        return 8L * trials.length;
    }
}
