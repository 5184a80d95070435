package io.forelog.prefetch;

import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Source;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How likely a guess is to come true, from several signs at once: a logistic regression that learns from each trial,
 * as an offset from the realised rate of the guess's best cell. A filter behind many predictors knows more than each
 * of them (Bhatia et al., "Perceptron-Based Prefetch Filtering", ISCA 2019): that several of them agree, how often
 * the key is read, when it last was, and how earlier guesses of it ended.
 */
final class GuessFilter {

    /** How many signs a guess has; -1 stands for one that it lacks. */
    static final int SIGNS = 7;

    private static final double RATE = 0.1;
    private static final double FORGETTING = 0.01;
    private static final int LEVELS = 16;
    private static final int AGREEING_MAX = 7;
    private static final int HISTORIES = 17;
    private static final int AGES = 10;
    private static final int FREQUENCIES = 9;

    /** Logarithm and exponential from tables: both are needed for each guess. */
    private static final int LOGITS = 1024;

    private static final int LOGIT_MAX = 8;
    private static final int STEPS = 64;
    private static final float[] LOGIT = logits();
    private static final float[] PROBABILITY = probabilities();

    private final AccessModel model;
    private final float[] weights;
    private final float[] squares;

    GuessFilter(AccessModel model) {
        this.model = model;
        int sources = Source.values().length;
        int signs = model.cells() + AGREEING_MAX + 1 + HISTORIES + AGES + FREQUENCIES + 2 * LEVELS * sources;
        weights = new float[signs];
        squares = new float[signs];
    }

    private static float[] logits() {
        var logits = new float[LOGITS + 1];
        for (int i = 0; i <= LOGITS; i++) {
            double p = Math.clamp((double) i / LOGITS, 0.001, 0.999);
            logits[i] = (float) Math.log(p / (1 - p));
        }
        return logits;
    }

    private static float[] probabilities() {
        var probabilities = new float[2 * LOGIT_MAX * STEPS + 1];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = (float) (1 / (1 + Math.exp(LOGIT_MAX - (double) i / STEPS)));
        }
        return probabilities;
    }

    /** Returns a number for the logit of {@code p}, which {@link #probability} and {@link #learn} take. */
    static short logit(float p) {
        return (short) (p * LOGITS + 0.5f);
    }

    /** Tells the signs of guess {@code i}. */
    void signs(MergedGuesses merged, int i, Scoreboard scoreboard, short[] signs) {
        int id = merged.id(i);
        signs[0] = (short) merged.cell(i, 0);
        int base = model.cells();
        signs[1] = (short) (base + Math.min(AGREEING_MAX, merged.agreeing(i)));
        base += AGREEING_MAX + 1;
        signs[2] = (short) (base + (id < 0 ? 0 : 1 + model.history(id)));
        base += HISTORIES;
        signs[3] = (short) (base + (id < 0 ? 0 : 1 + model.age(id)));
        base += AGES;
        signs[4] = (short) (base + (id < 0 ? 0 : 1 + model.frequency(id)));
        base += FREQUENCIES;
        signs[5] = other(merged.cell(i, 1), base, scoreboard);
        base += LEVELS * Source.values().length;
        signs[6] = other(merged.cell(i, 2), base, scoreboard);
    }

    /** Another source's opinion: which one, and how good it thinks the guess. */
    private short other(int cell, int base, Scoreboard scoreboard) {
        if (cell < 0) {
            return -1;
        }
        int level = Math.min(LEVELS - 1, (int) (scoreboard.score(cell) * LEVELS));
        return (short) (base + model.source(cell).ordinal() * LEVELS + level);
    }

    /** Returns the probability of a guess with the {@link #SIGNS} signs that begin at {@code from}. */
    float probability(short[] signs, int from, short logit) {
        float sum = LOGIT[logit];
        for (int i = from; i < from + SIGNS; i++) {
            if (signs[i] >= 0) {
                sum += weights[signs[i]];
            }
        }
        return PROBABILITY[(int) ((Math.clamp(sum, -LOGIT_MAX, LOGIT_MAX) + LOGIT_MAX) * STEPS + 0.5f)];
    }

    /**
     * Learns how such a guess ended; each weight has a rate of its own (Duchi, Hazan and Singer, "AdaGrad", JMLR 2011).
     */
    void learn(short[] signs, int from, short logit, boolean success) {
        double error = (success ? 1 : 0) - probability(signs, from, logit);
        for (int i = from; i < from + SIGNS; i++) {
            int sign = signs[i];
            if (sign >= 0) {
                squares[sign] += (float) (error * error);
                weights[sign] += (float) (RATE * error / Math.sqrt(0.1 + squares[sign] * FORGETTING));
            }
        }
    }

    void write(DataOutput out) throws IOException {
        for (int i = 0; i < weights.length; i++) {
            out.writeFloat(weights[i]);
            out.writeFloat(squares[i]);
        }
    }

    void read(DataInput in) throws IOException {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = in.readFloat();
            squares[i] = in.readFloat();
        }
    }

    long bytes() {
        return 8L * weights.length;
    }
}
