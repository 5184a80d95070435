package io.forelog.forecast;

import java.util.Arrays;
import java.util.List;

/**
 * Seasonal ARIMA (Box and Jenkins, "Time Series Analysis", 1970): seasonally differenced, the parameters by
 * conditional sum of squares, the order by the corrected information criterion of Hurvich and Tsai (Biometrika 76,
 * 1989) among a few that suit rhythmic load. Parameters are optimised as partial autocorrelations, so that every point
 * the optimiser tries is stationary and invertible (Monahan, "A note on enforcing stationarity", Biometrika 71, 1984).
 */
final class Arima implements ForecastModel {

    /** (p, d, q)(P, 1, Q). */
    record Order(int p, int d, int q, int seasonalP, int seasonalQ) {
        int parameters() {
            return p + q + seasonalP + seasonalQ;
        }
    }

    private static final List<Order> ORDERS = List.of(
            new Order(1, 0, 1, 0, 1),
            new Order(2, 0, 1, 0, 1),
            new Order(3, 0, 0, 1, 1),
            new Order(0, 1, 1, 0, 1),
            new Order(2, 1, 1, 0, 1));

    private static final int EVALUATIONS_PER_PARAMETER = 40;

    private final int season;
    private final List<Order> orders;

    Arima(int season) {
        this.season = season;
        // Without a season there is nothing for the seasonal terms to do.
        this.orders = season > 1
                ? ORDERS
                : ORDERS.stream()
                        .map(o -> new Order(o.p(), o.d(), o.q(), 0, 0))
                        .distinct()
                        .toList();
    }

    @Override
    public String name() {
        return "arima";
    }

    @Override
    public int historyMin() {
        return 4 * season + 20;
    }

    @Override
    public Predictor fit(double[] history) {
        Fit best = null;
        for (var order : orders) {
            var fit = fit(history, order);
            if (best == null || fit.criterion < best.criterion) {
                best = fit;
            }
        }
        var chosen = best;
        return (known, horizon) -> ahead(chosen, known, horizon);
    }

    private record Fit(Order order, ArmaLags lags, double criterion) {}

    private Fit fit(double[] history, Order order) {
        var stationary = stationary(history, order);
        var errors = new double[stationary.length];
        int from = Math.min(stationary.length / 3, season + 8);
        var start = new double[order.parameters()];
        Arrays.fill(start, 0.3);
        if (order.seasonalQ() > 0) {
            start[start.length - 1] = -0.6;
        }
        var best = Simplex.minimise(
                point -> new ArmaLags(order, season, point).squaredError(stationary, errors, from),
                start,
                0.3,
                EVALUATIONS_PER_PARAMETER * start.length);
        var lags = new ArmaLags(order, season, best);
        double n = stationary.length - from;
        double k = order.parameters() + 1;
        double variance = lags.squaredError(stationary, errors, from) / n;
        double criterion = n * Math.log(variance + 1e-12) + 2 * k + 2 * k * (k + 1) / Math.max(1, n - k - 1);
        return new Fit(order, lags, criterion);
    }

    private double[] stationary(double[] history, Order order) {
        var seasonal = season > 1 ? Series.difference(history, season) : history;
        return order.d() == 0 ? seasonal : Series.difference(seasonal, 1);
    }

    private double[] ahead(Fit fit, double[] history, int horizon) {
        var stationary = stationary(history, fit.order());
        var next = fit.lags().ahead(stationary, horizon);
        if (fit.order().d() == 1) {
            double last = season > 1
                    ? history[history.length - 1] - history[history.length - 1 - season]
                    : history[history.length - 1];
            for (int h = 0; h < horizon; h++) {
                last += next[h];
                next[h] = last;
            }
        }
        if (season > 1) {
            for (int h = 0; h < horizon; h++) {
                next[h] += h < season ? history[history.length - season + h] : next[h - season];
            }
        }
        return next;
    }
}
