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

    private final char[] trials;
    /** What share of them came true, smoothed. */
    private final float[] scores;

    Scoreboard(int cells) {
        trials = new char[cells];
        scores = new float[cells];
        Arrays.fill(scores, (float) PRIOR);
    }

    float score(int cell) {
        return scores[cell];
    }

    void record(int cell, boolean success) {
        double successes = scores[cell] * (trials[cell] + PRIOR_TRIALS) - PRIOR * PRIOR_TRIALS + (success ? 1 : 0);
        trials[cell]++;
        if (trials[cell] >= TRIALS_MAX) {
            trials[cell] /= 2;
            successes /= 2;
        }
        scores[cell] = (float) ((successes + PRIOR * PRIOR_TRIALS) / (trials[cell] + PRIOR_TRIALS));
    }

    void write(DataOutput out) throws IOException {
        for (int i = 0; i < trials.length; i++) {
            out.writeChar(trials[i]);
            out.writeFloat(scores[i]);
        }
    }

    void read(DataInput in) throws IOException {
        for (int i = 0; i < trials.length; i++) {
            trials[i] = in.readChar();
            scores[i] = in.readFloat();
        }
    }

    long bytes() {
        return 6L * trials.length;
    }
}
