package io.forelog.forecast;

import io.forelog.forecast.Forecaster.SeriesWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what was fitted and weighed into candidates with intervals. */
final class Choices {

    private final List<SeriesWork> work;
    private final Map<String, Intervals> intervals = new HashMap<>();

    private Choices(List<SeriesWork> work) {
        this.work = work;
    }

    static List<FittedSeries> of(List<SeriesWork> work, double interval) {
        var choices = new Choices(work);
        choices.calibrate(interval);
        return work.stream().map(choices::fitted).toList();
    }

    private void calibrate(double interval) {
        var residuals = new HashMap<String, List<double[][]>>();
        for (var series : work) {
            for (int m = 0; m < series.models.size(); m++) {
                residuals
                        .computeIfAbsent(series.models.get(m).name(), name -> new ArrayList<>())
                        .add(series.errors.get(m));
            }
            residuals
                    .computeIfAbsent(Forecaster.BLEND, name -> new ArrayList<>())
                    .add(series.blendErrors());
        }
        residuals.forEach((model, errors) -> intervals.put(model, Intervals.of(interval, errors)));
    }

    private FittedSeries fitted(SeriesWork series) {
        var candidates = new ArrayList<Candidate>();
        var nanos = new ArrayList<>(series.nanos);
        Candidate chosen = null;
        var members = new ArrayList<Predictor>();
        var weights = new ArrayList<Double>();
        long memberNanos = 0;
        for (int m = 0; m < series.models.size(); m++) {
            var candidate = candidate(
                    series,
                    series.models.get(m).name(),
                    List.of(series.predictors.get(m)),
                    new double[] {1},
                    series.errors.get(m));
            candidates.add(candidate);
            if (series.chosen == m) {
                chosen = candidate;
            }
            if (series.weights[m] > 0) {
                members.add(series.predictors.get(m));
                weights.add(series.weights[m]);
                memberNanos += series.nanos.get(m);
            }
        }
        if (members.size() > 1) {
            var shares = weights.stream().mapToDouble(Double::doubleValue).toArray();
            candidates.add(candidate(series, Forecaster.BLEND, members, shares, series.blendErrors()));
            nanos.add(memberNanos);
        }
        return new FittedSeries(candidates, chosen == null ? candidates.getLast() : chosen, nanos);
    }

    private Candidate candidate(
            SeriesWork series, String model, List<Predictor> predictors, double[] weights, double[][] errors) {
        var width = intervals.getOrDefault(model, new Intervals(0.9, 0, 1));
        return new Candidate(
                model,
                predictors,
                weights,
                Backtest.meanAbsolute(errors),
                width.unitWidth(errors) * series.scale,
                width);
    }
}
