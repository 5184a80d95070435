package io.forelog.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How wide a forecast's interval is, from the residuals of the backtest and without any assumption on their
 * distribution (split conformal prediction: Lei et al., "Distribution-free predictive inference for regression",
 * Journal of the American Statistical Association 113, 2018). Width grows with the horizon by a power that the series
 * have in common; each series has its own quantile, and all are stretched by the factor that would have made each
 * origin's residuals fall in the interval of the origins that do not overlap it.
 *
 * @param power of the step (from 1) by which errors grow
 * @param stretch by which a quantile of the backtest's residuals is too small for values not seen yet
 */
record Intervals(double level, double power, double stretch) {

    /** For series of which there is no backtest to tell. */
    private static final double STRETCH_UNKNOWN = 1.15;

    private static final double TINY = 1e-9;

    /** @param residuals by series, origin and step */
    static Intervals of(double level, List<double[][]> residuals) {
        var shape = new Intervals(level, power(residuals), 1);
        var ratios = new ArrayList<Double>();
        for (var series : residuals) {
            for (int origin = 0; origin < series.length; origin++) {
                shape.addRatios(series, origin, ratios);
            }
        }
        double stretch = ratios.isEmpty() ? STRETCH_UNKNOWN : Math.max(1, quantile(ratios, level));
        return new Intervals(level, shape.power, stretch);
    }

    private void addRatios(double[][] series, int origin, List<Double> ratios) {
        var others = new ArrayList<double[]>();
        for (int other = 0; other < series.length; other++) {
            // Neighbouring origins share half of their values.
            if (Math.abs(other - origin) > 1) {
                others.add(series[other]);
            }
        }
        if (!others.isEmpty()) {
            double unit = Math.max(TINY, quantile(others.toArray(double[][]::new)));
            for (int h = 0; h < series[origin].length; h++) {
                ratios.add(Math.abs(series[origin][h]) / (unit * growth(h)));
            }
        }
    }

    /** Returns half the width at the first step for a series with these residuals, in their unit. */
    double unitWidth(double[][] residuals) {
        return stretch * quantile(residuals);
    }

    /** Returns by what the width at step {@code h}, from 0, is larger than that of the first. */
    double growth(int h) {
        return Math.pow(h + 1, power);
    }

    private double quantile(double[][] residuals) {
        var scaled = new ArrayList<Double>();
        for (var origin : residuals) {
            for (int h = 0; h < origin.length; h++) {
                scaled.add(Math.abs(origin[h]) / growth(h));
            }
        }
        return scaled.isEmpty() ? 0 : quantile(scaled, level);
    }

    private static double quantile(List<Double> values, double level) {
        var ascending =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double at = level * (ascending.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, ascending.length - 1);
        return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
    }

    /** The slope of log error over log step, over all series, each counted alike. */
    private static double power(List<double[][]> residuals) {
        int horizon = residuals.stream()
                .filter(r -> r.length > 0)
                .mapToInt(r -> r[0].length)
                .max()
                .orElse(0);
        if (horizon < 2) {
            return 0;
        }
        var mean = new double[horizon];
        for (var series : residuals) {
            double all = Math.max(TINY, Backtest.meanAbsolute(series));
            for (var origin : series) {
                for (int h = 0; h < origin.length; h++) {
                    mean[h] += Math.abs(origin[h]) / all / series.length;
                }
            }
        }
        var x = new double[horizon];
        Arrays.setAll(x, h -> Math.log(h + 1));
        double xMean = Arrays.stream(x).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        for (int h = 0; h < horizon; h++) {
            xy += (x[h] - xMean) * Math.log(mean[h] + TINY);
            xx += (x[h] - xMean) * (x[h] - xMean);
        }
        return Math.clamp(xy / xx, 0, 1);
    }
}
