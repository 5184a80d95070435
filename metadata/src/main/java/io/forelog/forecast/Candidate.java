package io.forelog.forecast;

import java.util.List;

/**
 * A model, or the weighted mean of several, fitted to one series, with what its backtest showed. Immutable, so any
 * thread may ask it; a forecast takes well below a millisecond.
 */
public final class Candidate {

    private final String model;
    private final List<Predictor> predictors;
    private final double[] weights;
    private final double backtestError;
    private final double unitWidth;
    private final Intervals intervals;

    Candidate(
            String model,
            List<Predictor> predictors,
            double[] weights,
            double backtestError,
            double unitWidth,
            Intervals intervals) {
        this.model = model;
        this.predictors = List.copyOf(predictors);
        this.weights = weights.clone();
        this.backtestError = backtestError;
        this.unitWidth = unitWidth;
        this.intervals = intervals;
    }

    /** Returns the name of the model, or {@link Forecaster#BLEND}. */
    public String model() {
        return model;
    }

    /**
     * Returns the mean absolute scaled error in the backtest (1 is the seasonal naive forecast's one season ahead);
     * of a series too short for a backtest, that of its latest steps; infinite for a single value.
     */
    public double backtestError() {
        return backtestError;
    }

    /**
     * Forecasts what comes after {@code history}: the values that this was fitted to and any number that came since.
     *
     * @param horizon at least 1
     */
    public Forecast forecast(double[] history, int horizon) {
        var values = new double[horizon];
        for (int m = 0; m < weights.length; m++) {
            var part = Series.bounded(predictors.get(m).forecast(history, horizon), history);
            for (int h = 0; h < horizon; h++) {
                values[h] += weights[m] * part[h];
            }
        }
        var lower = new double[horizon];
        var upper = new double[horizon];
        double least = Series.neverNegative(history) ? 0 : Double.NEGATIVE_INFINITY;
        for (int h = 0; h < horizon; h++) {
            double half = unitWidth * intervals.growth(h);
            lower[h] = Math.max(least, values[h] - half);
            upper[h] = values[h] + half;
        }
        return new Forecast(model, values, lower, upper);
    }
}
