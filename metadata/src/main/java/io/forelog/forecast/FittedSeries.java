package io.forelog.forecast;

import java.util.List;

/**
 * All that was fitted to one series.
 *
 * @param candidates each model that the series is long enough for, and what was chosen
 * @param chosen the one to use; one of the candidates
 * @param fitNanos time spent on each candidate, its share of what is learned in common included; of a blend, that of
 *     its members
 */
public record FittedSeries(List<Candidate> candidates, Candidate chosen, List<Long> fitNanos) {

    public FittedSeries {
        candidates = List.copyOf(candidates);
        fitNanos = List.copyOf(fitNanos);
    }
}
