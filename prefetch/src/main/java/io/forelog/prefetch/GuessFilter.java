package io.forelog.prefetch;

/**
 * How likely a guess is to come true, from several signs at once: a logistic regression that learns from each trial,
 * starting at the realised rate of the guess's best cell (a filter behind many predictors: Bhatia et al.,
 * "Perceptron-Based Prefetch Filtering", ISCA 2019).
 */
final class GuessFilter {

    static final int FEATURES = 8;
    private static final double RATE = Double.parseDouble(System.getProperty("lr", "0.1"));

    private final float[] weights;
    private final float[] squares;

    GuessFilter(int size) {
        weights = new float[size];
        squares = new float[size];
    }

    static double logit(double p) {
        double q = Math.clamp(p, 0.001, 0.999);
        return Math.log(q / (1 - q));
    }

    double probability(short[] features, int from, double offset) {
        double sum = offset;
        for (int i = from; i < from + FEATURES; i++) {
            if (features[i] >= 0) {
                sum += weights[features[i]];
            }
        }
        return 1 / (1 + Math.exp(-sum));
    }

    void learn(short[] features, int from, double offset, boolean success) {
        double error = (success ? 1 : 0) - probability(features, from, offset);
        for (int i = from; i < from + FEATURES; i++) {
            int f = features[i];
            if (f >= 0) {
                squares[f] += (float) (error * error);
                weights[f] += (float) (RATE * error / Math.sqrt(0.1 + squares[f] * DECAY));
            }
        }
    }
    static final double DECAY = Double.parseDouble(System.getProperty("gd", "0.01"));

    long bytes() {
        return 8L * weights.length;
    }
}
