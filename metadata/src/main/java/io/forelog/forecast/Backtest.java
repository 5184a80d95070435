package io.forelog.forecast;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where a rolling backtest of one series begins: origins half a horizon apart, the last one horizon before the end,
 * so that each forecast can be compared with what came (Tashman, "Out-of-sample tests of forecasting accuracy",
 * International Journal of Forecasting 16, 2000).
 *
 * @param fitted how many leading values the models are fitted to; nothing after them is used but as history
 * @param origins how many leading values are known to each forecast, ascending; empty if the series is too short
 */
record Backtest(int fitted, int[] origins, int horizon) {

    private static final int HORIZONS = 3;

    /** @param length of the whole series, of which nothing is hidden */
    static Backtest of(int length, ForecastSettings settings) {
        int horizon = settings.horizon();
        int stride = Math.max(1, horizon / 2);
        int least = 3 * settings.season() + 8;
        int longest = Math.min(HORIZONS * horizon, length - least);
        int count = longest < horizon ? 0 : (longest - horizon) / stride + 1;
        var origins = IntStream.range(0, count)
                .map(i -> length - horizon - (count - 1 - i) * stride)
                .toArray();
        return new Backtest(count == 0 ? length : origins[0], origins, horizon);
    }

    /**
     * Returns the errors of a model that was fitted to the first {@link #fitted} values, by origin and step, in units
     * of {@code scale}.
     */
    double[][] errors(Predictor predictor, double[] series, double scale) {
        var errors = new double[origins.length][];
        for (int i = 0; i < origins.length; i++) {
            var known = Arrays.copyOf(series, origins[i]);
            var error = Series.bounded(predictor.forecast(known, horizon), known);
            for (int h = 0; h < horizon; h++) {
                error[h] = (error[h] - series[origins[i] + h]) / scale;
            }
            errors[i] = error;
        }
        return errors;
    }

    /** Returns the mean of the absolute errors; infinite if there are none. */
    static double meanAbsolute(double[][] errors) {
        double sum = 0;
        long count = 0;
        for (var error : errors) {
            for (double e : error) {
                sum += Math.abs(e);
            }
            count += error.length;
        }
        return count == 0 ? Double.POSITIVE_INFINITY : sum / count;
    }

    /** Returns the weighted sum of several models' errors: the errors of the weighted mean of their forecasts. */
    static double[][] blend(double[][][] errors, double[] weights) {
        int origins = errors[0].length;
        var blended = new double[origins][];
        for (int i = 0; i < origins; i++) {
            blended[i] = new double[errors[0][i].length];
            for (int m = 0; m < errors.length; m++) {
                for (int h = 0; h < blended[i].length; h++) {
                    blended[i][h] += weights[m] * errors[m][i][h];
                }
            }
        }
        return blended;
    }
}
