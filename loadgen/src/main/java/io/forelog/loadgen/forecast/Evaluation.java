package io.forelog.loadgen.forecast;

import io.forelog.forecast.Candidate;
import io.forelog.forecast.Forecast;
import io.forelog.forecast.ForecastSettings;
import io.forelog.forecast.Forecaster;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Hides the last values of each series, fits and chooses on the rest, and compares. */
public final class Evaluation {

    private final ForecastSettings settings;

    private Evaluation(ForecastSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if a value is out of its bounds */
    public static Evaluation of(int season, int horizon, double interval, long seed) {
        return new Evaluation(new ForecastSettings(season, horizon, interval, seed));
    }

    /**
     * Returns a row for each series and model.
     *
     * @throws IllegalArgumentException if a series has nothing but values to hide, or not one season before them
     */
    public List<ForecastRow> run(List<NamedSeries> all) {
        var known = all.stream().map(this::known).toList();
        var fitted = new Forecaster(settings).fit(known);
        var rows = new ArrayList<ForecastRow>();
        for (int i = 0; i < all.size(); i++) {
            var result = fitted.get(i);
            for (int c = 0; c < result.candidates().size(); c++) {
                var candidate = result.candidates().get(c);
                rows.add(row(
                        all.get(i), known.get(i), candidate, result.fitNanos().get(c), candidate == result.chosen()));
            }
        }
        return rows;
    }

    private double[] known(NamedSeries series) {
        int length = series.values().length - settings.horizon();
        if (length <= settings.season()) {
            throw new IllegalArgumentException("series " + series.id() + " has " + series.values().length
                    + " values: too few to hide " + settings.horizon() + " and still know more than a season");
        }
        return Arrays.copyOf(series.values(), length);
    }

    private ForecastRow row(NamedSeries series, double[] known, Candidate candidate, long fitNanos, boolean chosen) {
        long start = System.nanoTime();
        var forecast = candidate.forecast(known, settings.horizon());
        double millis = (fitNanos + System.nanoTime() - start) / 1e6;
        var hidden = Arrays.copyOfRange(series.values(), known.length, series.values().length);
        return new ForecastRow(
                series.id(),
                candidate.model(),
                mase(known, forecast, hidden),
                smape(forecast, hidden),
                coverage(forecast, hidden),
                millis,
                chosen);
    }

    private double mase(double[] known, Forecast forecast, double[] hidden) {
        double naive = 0;
        for (int i = settings.season(); i < known.length; i++) {
            naive += Math.abs(known[i] - known[i - settings.season()]);
        }
        naive /= known.length - settings.season();
        double error = 0;
        for (int h = 0; h < hidden.length; h++) {
            error += Math.abs(hidden[h] - forecast.values()[h]) / hidden.length;
        }
        // A series that repeats exactly has no scale; a forecast without error has none to scale.
        return error == 0 ? 0 : error / Math.max(naive, Double.MIN_NORMAL);
    }

    private static double smape(Forecast forecast, double[] hidden) {
        double sum = 0;
        for (int h = 0; h < hidden.length; h++) {
            double size = Math.abs(hidden[h]) + Math.abs(forecast.values()[h]);
            sum += size == 0 ? 0 : 200 * Math.abs(hidden[h] - forecast.values()[h]) / size;
        }
        return sum / hidden.length;
    }

    private static double coverage(Forecast forecast, double[] hidden) {
        int within = 0;
        for (int h = 0; h < hidden.length; h++) {
            within += forecast.lower()[h] <= hidden[h] && hidden[h] <= forecast.upper()[h] ? 1 : 0;
        }
        return (double) within / hidden.length;
    }
}
