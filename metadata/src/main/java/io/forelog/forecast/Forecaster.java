package io.forelog.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits all models to many series and chooses for each. The choice is made by the errors of a rolling backtest over
 * the last values of each series, which the backtested models were not fitted to: the models near the best are blended
 * with weights that fall with the fourth power of their error (Bates and Granger, "The combination of forecasts",
 * Operational Research Quarterly 20, 1969, weigh by the second); a model far ahead of all others is left alone; and
 * what does not beat the seasonal naive forecast is not used.
 *
 * <p>Fitting some hundred series of a thousand values takes seconds and belongs in the background; what it returns is
 * immutable and follows the series as values come. Confined to one thread. What is learned in common (the
 * autoregression's coefficients, the network) lives as long as the forecaster and is refined by each further fit.
 */
public final class Forecaster {

    /** The name of the weighted mean of several models. */
    public static final String BLEND = "blend";

    private static final double WEIGHT_POWER = 4;
    /** A model whose backtest is worse than this times the best has no part in the blend. */
    private static final double NEAR_THE_BEST = 1.5;

    private static final int MEMBERS_OF_AN_UNEQUAL_BLEND = 3;
    private static final int CHOSEN_BLEND = -1;
    private static final int WEEK = 7;

    private final ForecastSettings settings;
    private final List<ForecastModel> models;

    public Forecaster(ForecastSettings settings) {
        this.settings = settings;
        int season = settings.season();
        models = List.of(
                new SeasonalNaive(season),
                HoltWinters.single(season),
                HoltWinters.doubled(season, WEEK * season),
                new Arima(season),
                new SharedAutoregression(season),
                new RecurrentNetwork(season, settings.horizon(), settings.seed()));
    }

    /**
     * Fits and chooses.
     *
     * @param histories finite values, each at least one; models look only at what is given here
     * @return for each history, in order
     */
    public List<FittedSeries> fit(List<double[]> histories) {
        var work = histories.stream()
                .map(history -> new SeriesWork(history, settings))
                .toList();
        for (int m = 0; m < models.size(); m++) {
            backtest(models.get(m), work);
        }
        for (var model : models) {
            refit(model, work);
        }
        for (var series : work) {
            series.choose();
        }
        return Choices.of(work, settings.interval());
    }

    private static void backtest(ForecastModel model, List<SeriesWork> work) {
        long start = System.nanoTime();
        var able = work.stream()
                .filter(series ->
                        series.backtest.fitted() >= model.historyMin() && series.backtest.origins().length > 0)
                .toList();
        if (!able.isEmpty()) {
            model.learn(able.stream().map(SeriesWork::fittedPart).toList());
        }
        long common = able.isEmpty() ? 0 : (System.nanoTime() - start) / able.size();
        for (var series : able) {
            series.backtest(model, common);
        }
    }

    private static void refit(ForecastModel model, List<SeriesWork> work) {
        long start = System.nanoTime();
        var able = work.stream().filter(series -> series.wants(model)).toList();
        if (able.isEmpty()) {
            return;
        }
        model.learn(able.stream().map(series -> series.history).toList());
        long common = (System.nanoTime() - start) / able.size();
        for (var series : able) {
            series.refit(model, common);
        }
    }

    /** A series on its way through the models. */
    static final class SeriesWork {

        final double[] history;
        final Backtest backtest;
        final double scale;
        final List<ForecastModel> models = new ArrayList<>();
        final List<double[][]> errors = new ArrayList<>();
        final List<Predictor> predictors = new ArrayList<>();
        final List<Long> nanos = new ArrayList<>();
        double[] weights = new double[0];
        int chosen;
        private static final int NAIVE_STEPS_MAX = 24;
        private final boolean testable;

        SeriesWork(double[] history, ForecastSettings settings) {
            if (history.length == 0) {
                throw new IllegalArgumentException("a series without values cannot be forecast");
            }
            this.history = history;
            backtest = Backtest.of(history.length, settings);
            scale = Series.scale(history, Math.min(settings.season(), Math.max(1, history.length - 1)));
            testable = backtest.origins().length > 0;
        }

        double[] fittedPart() {
            return Arrays.copyOf(history, backtest.fitted());
        }

        void backtest(ForecastModel model, long commonNanos) {
            long start = System.nanoTime();
            models.add(model);
            errors.add(backtest.errors(model.fit(fittedPart()), history, scale));
            nanos.add(commonNanos + System.nanoTime() - start);
        }

        boolean wants(ForecastModel model) {
            return testable ? models.contains(model) : model instanceof SeasonalNaive;
        }

        void refit(ForecastModel model, long commonNanos) {
            long start = System.nanoTime();
            predictors.add(model.fit(history));
            if (!testable) {
                models.add(model);
                errors.add(naiveSteps());
                nanos.add(0L);
            }
            int at = predictors.size() - 1;
            nanos.set(at, nanos.get(at) + commonNanos + System.nanoTime() - start);
        }

        /** Without a backtest: the latest steps, each the error of repeating the last value. */
        private double[][] naiveSteps() {
            int count = Math.min(NAIVE_STEPS_MAX, history.length - 1);
            var steps = new double[count][];
            for (int i = 0; i < count; i++) {
                int at = history.length - count + i;
                steps[i] = new double[] {(history[at] - history[at - 1]) / scale};
            }
            return steps;
        }

        /** Weighs the models and chooses; the seasonal naive one, which always is the first, has the last word. */
        void choose() {
            var means = errors.stream().mapToDouble(Backtest::meanAbsolute).toArray();
            var order = ascending(means);
            double best = means[order[0]];
            weights = new double[means.length];
            if (!testable || best <= 0) {
                chosen = testable ? order[0] : 0;
                weights[chosen] = 1;
                return;
            }
            boolean alone = means.length == 1 || means[order[1]] > NEAR_THE_BEST * best;
            for (int rank = 0; rank < means.length; rank++) {
                double ratio = best / means[order[rank]];
                // Where none is near the best one, the blend takes the next two in: it is an alternative, not an echo.
                weights[order[rank]] = alone
                        ? (rank < MEMBERS_OF_AN_UNEQUAL_BLEND ? ratio : 0)
                        : (ratio >= 1 / NEAR_THE_BEST ? Math.pow(ratio, WEIGHT_POWER) : 0);
            }
            double sum = Arrays.stream(weights).sum();
            Arrays.setAll(weights, m -> weights[m] / sum);
            chosen = alone ? order[0] : CHOSEN_BLEND;
            double error = alone ? best : Backtest.meanAbsolute(blendErrors());
            if (error >= means[0]) {
                chosen = 0;
            }
        }

        private static int[] ascending(double[] means) {
            return IntStream.range(0, means.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(m -> means[m]))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        double[][] blendErrors() {
            return Backtest.blend(errors.toArray(double[][][]::new), weights);
        }
    }
}
