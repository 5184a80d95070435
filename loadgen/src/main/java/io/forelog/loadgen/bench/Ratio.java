package io.forelog.loadgen.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How one figure of Forelog compares with a peer's, round by round, so that what disturbs both of a round cancels out.
 *
 * @param median of the rounds' ratios
 * @param least of them
 * @param most of them
 */
public record Ratio(double median, double least, double most) {

    /** @param ours and {@code theirs} one for each round, at least one */
    static Ratio of(List<Turn> ours, List<Turn> theirs, ToDoubleFunction<Turn> figure) {
        var ratios = new double[Math.min(ours.size(), theirs.size())];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(ours.get(round)) / figure.applyAsDouble(theirs.get(round));
        }
        var spread = Spread.of(ratios);
        return new Ratio(spread.median(), spread.least(), spread.most());
    }

    /** Returns whether all rounds say the same: each at least 1, or each at most. */
    public boolean isAgreed() {
        return least >= 1 || most <= 1;
    }
}
