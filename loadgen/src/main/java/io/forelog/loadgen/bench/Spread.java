package io.forelog.loadgen.bench;

import java.util.Arrays;

/** A figure's median over the rounds, and its extremes. */
public record Spread(double median, double least, double most) {

    /** @param values at least one */
    static Spread of(double... values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
