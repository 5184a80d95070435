package io.forelog.prefetch;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How often guesses of each cell (a source and its confidence) came true: read after they could have arrived, before
 * they would have been evicted. A cell's counts are halved when it has many, so that it follows a change
 * (feedback-directed prefetching: Srinath, Mutlu, Kim and Patt, HPCA 2007).
 */
final class Scoreboard {

    private static final int TRIALS_MAX = 1024;
    /** A cell without trials is thought this good: low, since trials cost nothing. */
    private static final double PRIOR = 0.1;

    private static final double PRIOR_TRIALS = 4;

    private final float[] successes;
    private final float[] trials;
    /** What follows from them, kept because it is asked for far more often than it changes. */
    private final float[] scores;

    Scoreboard(int cells) {
        successes = new float[cells];
        trials = new float[cells];
        scores = new float[cells];
        Arrays.fill(scores, (float) PRIOR);
    }

    float score(int cell) {
        return scores[cell];
    }

    private void update(int cell) {
        scores[cell] = (float) ((successes[cell] + PRIOR * PRIOR_TRIALS) / (trials[cell] + PRIOR_TRIALS));
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
        update(cell);
    }

    void write(DataOutput out) throws IOException {
        for (int i = 0; i < trials.length; i++) {
            out.writeFloat(successes[i]);
            out.writeFloat(trials[i]);
        }
    }

    void read(DataInput in) throws IOException {
        for (int i = 0; i < trials.length; i++) {
            successes[i] = in.readFloat();
            trials[i] = in.readFloat();
            update(i);
        }
    }

    long bytes() {
        return 12L * trials.length;
    }
}
