package io.forelog.forecast;

/** What models need to know of a series, as functions of its values. */
final class Series {

    private Series() {}

    /** Returns the values less those one {@code season} before: shorter by one season. */
    static double[] difference(double[] values, int season) {
        var differences = new double[values.length - season];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = values[i + season] - values[i];
        }
        return differences;
    }

    /**
     * Returns the mean absolute error of the seasonal naive forecast within {@code values}, by which errors of
     * different series become comparable (Hyndman and Koehler, "Another look at measures of forecast accuracy",
     * International Journal of Forecasting 22, 2006). Never 0: a series that repeats exactly gets a tiny scale.
     */
    static double scale(double[] values, int season) {
        double sum = 0;
        double magnitude = 0;
        for (int i = season; i < values.length; i++) {
            sum += Math.abs(values[i] - values[i - season]);
            magnitude += Math.abs(values[i]);
        }
        int count = Math.max(1, values.length - season);
        return Math.max(sum, 1e-6 * magnitude + 1e-9) / count;
    }

    /** Returns the last season of {@code values}, repeated over {@code horizon}; the last value where it is shorter. */
    static double[] repeatSeason(double[] values, int season, int horizon) {
        var forecast = new double[horizon];
        int period = values.length < season ? 1 : season;
        for (int h = 0; h < horizon; h++) {
            forecast[h] = values[values.length - period + h % period];
        }
        return forecast;
    }

    /**
     * Keeps a forecast within half a range of what {@code history} has shown, and, if that was never negative, from
     * being negative: a recursion that runs away must not move shards.
     */
    static double[] bounded(double[] forecast, double[] history) {
        double low = Double.MAX_VALUE;
        double high = -Double.MAX_VALUE;
        for (double value : history) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        double margin = (high - low) / 2;
        double least = low >= 0 ? Math.max(0, low - margin) : low - margin;
        for (int h = 0; h < forecast.length; h++) {
            forecast[h] = Double.isNaN(forecast[h])
                    ? history[history.length - 1]
                    : Math.clamp(forecast[h], least, high + margin);
        }
        return forecast;
    }

    static boolean neverNegative(double[] values) {
        for (double value : values) {
            if (value < 0) {
                return false;
            }
        }
        return true;
    }
}
