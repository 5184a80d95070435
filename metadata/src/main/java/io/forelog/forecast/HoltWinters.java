package io.forelog.forecast;

/**
 * Exponential smoothing of level, damped trend and one or two additive seasons, with its parameters chosen by the
 * squared errors of the one-step forecasts (Winters, "Forecasting sales by exponentially weighted moving averages",
 * Management Science 6, 1960). With a second, longer season also the error's first autocorrelation is used, as in
 * Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing", Journal of the
 * Operational Research Society 54, 2003.
 */
final class HoltWinters implements ForecastModel {

    private static final int EVALUATIONS_MAX = 250;

    private final String name;
    private final int season;
    private final int longSeason;

    private HoltWinters(String name, int season, int longSeason) {
        this.name = name;
        this.season = season;
        this.longSeason = longSeason;
    }

    static HoltWinters single(int season) {
        return new HoltWinters("holt-winters", season, 0);
    }

    /** @param longSeason a multiple of {@code season} */
    static HoltWinters doubled(int season, int longSeason) {
        return new HoltWinters("double-seasonal", season, longSeason);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int historyMin() {
        return Math.max(3 * season, 2 * longSeason) + 2;
    }

    @Override
    public Predictor fit(double[] history) {
        double[] start = longSeason == 0 ? new double[] {-1, -3, -1, 2} : new double[] {-2, -4, -1.5, 2, -1.5, 1};
        var best = Simplex.minimise(point -> new Smoothing(point, history).squaredError(), start, 0.8, EVALUATIONS_MAX);
        return (known, horizon) -> new Smoothing(best, known).ahead(horizon);
    }

    private static double unit(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The state after smoothing a history with given parameters. */
    private final class Smoothing {

        private final double[] seasonal;
        private final double[] longSeasonal;
        private final double damping;
        private final double correlation;
        private final int length;
        private double level;
        private double trend;
        private double lastError;
        private double squares;

        private Smoothing(double[] point, double[] history) {
            double alpha = unit(point[0]);
            double beta = alpha * unit(point[1]);
            double gamma = unit(point[2]) * (1 - alpha);
            damping = 0.8 + 0.199 * unit(point[3]);
            double delta = longSeason > 0 ? unit(point[4]) * (1 - alpha) : 0;
            correlation = longSeason > 0 ? unit(point[5]) : 0;
            seasonal = new double[season];
            longSeasonal = new double[Math.max(1, longSeason)];
            length = history.length;
            start(history);
            int warm = Math.max(season, longSeason);
            for (int t = 0; t < length; t++) {
                int s = t % season;
                int w = longSeason > 0 ? t % longSeason : 0;
                double expected = level + damping * trend + seasonal[s] + longSeasonal[w];
                double error = history[t] - expected;
                double surprise = error - correlation * lastError;
                lastError = error;
                if (t >= warm) {
                    squares += surprise * surprise;
                }
                // Error-correction form (Gardner, "Exponential smoothing: the state of the art", 1985).
                double correction = correlation > 0 ? surprise : error;
                level += damping * trend + alpha * correction;
                trend = damping * trend + beta * correction;
                seasonal[s] += gamma * correction;
                if (longSeason > 0) {
                    longSeasonal[w] += delta * correction;
                }
            }
        }

        /** Begins with the means of the first seasons. */
        private void start(double[] history) {
            int first = Math.max(season, longSeason);
            int cycles = Math.clamp((history.length - 1) / Math.max(1, first), 1, 2);
            double sum = 0;
            for (int t = 0; t < first * cycles; t++) {
                sum += history[t];
            }
            level = sum / (first * cycles);
            for (int t = 0; t < first * cycles; t++) {
                seasonal[t % season] += (history[t] - level) / ((double) first * cycles / season);
            }
            if (longSeason > 0) {
                for (int t = 0; t < first * cycles; t++) {
                    longSeasonal[t % longSeason] += (history[t] - level - seasonal[t % season]) / cycles;
                }
            }
        }

        private double squaredError() {
            return squares;
        }

        private double[] ahead(int horizon) {
            var forecast = new double[horizon];
            double damped = 0;
            double power = 1;
            double carried = lastError;
            for (int h = 0; h < horizon; h++) {
                power *= damping;
                damped += power;
                carried *= correlation;
                int at = length + h;
                forecast[h] = level
                        + damped * trend
                        + seasonal[at % season]
                        + (longSeason > 0 ? longSeasonal[at % longSeason] + carried : 0);
            }
            return forecast;
        }
    }
}
