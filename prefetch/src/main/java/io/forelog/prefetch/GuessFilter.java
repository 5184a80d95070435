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
 * the key is read, when it last was, and how earlier guesses of it ended; also how the read ended at which it was made,
 * and how long that one's key had not been read, since guesses are surer in some phases than in others.
 */
final class GuessFilter {

    /** How many signs a guess has beside its best cell, a byte each of one number; -1 stands for one that it lacks. */
    static final int SIGNS = 7;

    private static final double RATE = 0.1;
    private static final double FORGETTING = 0.01;
    private static final int LEVELS = 16;
    private static final int AGREEING_MAX = 7;
    private static final int HISTORIES = 17;
    private static final int AGES = AccessModel.AGES;
    private static final int FREQUENCIES = 9;
    private static final int OUTCOMES = ReadOutcome.values().length;

    /** Logarithm and exponential from tables: both are needed for each guess. */
    private static final int LOGITS = 1024;

    private static final int LOGIT_MAX = 8;
    private static final int STEPS = 64;
    private static final float[] LOGIT = logits();
    private static final float[] PROBABILITY = probabilities();

    private final AccessModel model;
    /** By sign: where its weights begin; those of the cells come first. */
    private final int[] bases = new int[SIGNS];

    private final float[] weights;
    private final float[] squares;

    GuessFilter(AccessModel model) {
        this.model = model;
        int opinions = LEVELS * Source.values().length;
        int[] values = {AGREEING_MAX + 1, HISTORIES, AGES, FREQUENCIES, opinions, opinions, OUTCOMES * AGES};
        int base = model.cells();
        for (int i = 0; i < SIGNS; i++) {
            bases[i] = base;
            base += values[i];
        }
        weights = new float[base];
        squares = new float[base];
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

    /**
     * Returns the signs of guess {@code i}.
     *
     * @param outcome of the read that the guess was made at
     */
    long signs(MergedGuesses merged, int i, ReadOutcome outcome, Scoreboard scoreboard) {
        int id = merged.id(i);
        long signs = Math.min(AGREEING_MAX, merged.agreeing(i));
        if (id >= 0) {
            signs |= (1L + model.history(id)) << 8 | (1L + model.age(id)) << 16 | (1L + model.frequency(id)) << 24;
        }
        return signs
                | other(merged.cell(i, 1), scoreboard) << 32
                | other(merged.cell(i, 2), scoreboard) << 40
                | (long) (outcome.ordinal() * AGES + model.lastAge()) << 48;
    }

    /** Another source's opinion: which one, and how good it thinks the guess. */
    private long other(int cell, Scoreboard scoreboard) {
        if (cell < 0) {
            return 0xff;
        }
        int level = Math.min(LEVELS - 1, (int) (scoreboard.score(cell) * LEVELS));
        return model.source(cell).ordinal() * LEVELS + level;
    }

    private static int sign(long signs, int i) {
        return (byte) (signs >>> i * Byte.SIZE);
    }

    /** Returns the probability of a guess of a cell with such signs. */
    float probability(int cell, long signs, short logit) {
        float sum = LOGIT[logit] + weights[cell];
        for (int i = 0; i < SIGNS; i++) {
            int sign = sign(signs, i);
            if (sign >= 0) {
                sum += weights[bases[i] + sign];
            }
        }
        return PROBABILITY[(int) ((Math.clamp(sum, -LOGIT_MAX, LOGIT_MAX) + LOGIT_MAX) * STEPS + 0.5f)];
    }

    /**
     * Learns how such a guess ended; each weight has a rate of its own (Duchi, Hazan and Singer, "AdaGrad", JMLR 2011).
     */
    void learn(int cell, long signs, short logit, boolean success) {
        double error = (success ? 1 : 0) - probability(cell, signs, logit);
        correct(cell, error);
        for (int i = 0; i < SIGNS; i++) {
            int sign = sign(signs, i);
            if (sign >= 0) {
                correct(bases[i] + sign, error);
            }
        }
    }

    private void correct(int weight, double error) {
        squares[weight] += (float) (error * error);
        weights[weight] += (float) (RATE * error / Math.sqrt(0.1 + squares[weight] * FORGETTING));
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
