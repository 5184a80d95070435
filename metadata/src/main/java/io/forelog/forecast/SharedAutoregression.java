package io.forelog.forecast;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;

/**
 * A linear autoregression of the seasonal differences over many lags, whose coefficients all series share, each
 * series moving them as far as its own history justifies: ridge regression towards the common coefficients instead
 * of towards zero. One series alone could not support so long a memory (Montero-Manso and Hyndman, "Principles and
 * algorithms for forecasting groups of time series: locality and globality", International Journal of Forecasting 37,
 * 2021).
 */
final class SharedAutoregression implements ForecastModel {

    private static final int SEASONS = 8;
    private static final int LAGS_MAX = 200;
    private static final double COMMON_RIDGE = 1e-3;
    private static final double OWN_RIDGE = 0.5;
    /** In units of the mean seasonal difference: beyond this a value says more of an accident than of a habit. */
    private static final double OUTLIER = 12;

    private final int season;
    private int[] lags = new int[0];
    private double[] common = new double[0];

    SharedAutoregression(int season) {
        this.season = season;
    }

    @Override
    public String name() {
        return "shared-autoregression";
    }

    @Override
    public int historyMin() {
        return 3 * season + 8;
    }

    @Override
    public void learn(List<double[]> histories) {
        int typical = histories.stream().mapToInt(h -> h.length).sorted().toArray()[histories.size() / 2];
        lags = lags(Math.min(SEASONS * season, (typical - season) * 2 / 5));
        var moments = new Moments(lags.length);
        for (var history : histories) {
            moments.add(lags, differences(history));
        }
        common = moments.rows == 0 ? new double[lags.length] : moments.solve(COMMON_RIDGE, new double[lags.length]);
    }

    /** All lags up to {@code longest}, or, where those are too many, the near ones and those around whole seasons. */
    private int[] lags(int longest) {
        int far = Math.max(1, longest);
        if (far <= LAGS_MAX) {
            return IntStream.rangeClosed(1, far).toArray();
        }
        int near = LAGS_MAX / 3;
        int around = LAGS_MAX / 3 / SEASONS;
        return IntStream.rangeClosed(1, far)
                .filter(lag -> lag <= near || Math.abs((lag + season / 2) % season - season / 2) <= around)
                .toArray();
    }

    private double[] differences(double[] history) {
        double scale = Series.scale(history, season);
        var differences = Series.difference(history, season);
        for (int i = 0; i < differences.length; i++) {
            differences[i] = Math.clamp(differences[i] / scale, -OUTLIER, OUTLIER);
        }
        return differences;
    }

    @Override
    public Predictor fit(double[] history) {
        var differences = differences(history);
        var moments = new Moments(lags.length);
        moments.add(lags, differences);
        var coefficients = moments.rows == 0 ? common : moments.solve(OWN_RIDGE, common);
        double scale = Series.scale(history, season);
        var ownLags = lags;
        return (known, horizon) -> ahead(ownLags, coefficients, scale, known, horizon);
    }

    private double[] ahead(int[] lags, double[] coefficients, double scale, double[] known, int horizon) {
        int longest = lags[lags.length - 1];
        int used = Math.min(longest, known.length - season);
        var differences = new double[used + horizon];
        for (int i = 0; i < used; i++) {
            int at = known.length - used + i;
            differences[i] = Math.clamp((known[at] - known[at - season]) / scale, -OUTLIER, OUTLIER);
        }
        var forecast = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            int now = used + h;
            double next = 0;
            for (int k = 0; k < lags.length && lags[k] <= now; k++) {
                next += coefficients[k] * differences[now - lags[k]];
            }
            differences[now] = Math.clamp(next, -OUTLIER, OUTLIER);
            double before = h < season ? known[known.length - season + h] : forecast[h - season];
            forecast[h] = before + differences[now] * scale;
        }
        return forecast;
    }

    /** Sums of products of lagged values: all that a linear regression needs of the data, and addable. */
    private static final class Moments {

        private final double[][] gram;
        private final double[] cross;
        private long rows;

        private Moments(int lags) {
            gram = new double[lags][lags];
            cross = new double[lags];
        }

        /** Adds each value that has all its lags; nothing of a series that is too short for one. */
        private void add(int[] lags, double[] values) {
            int first = lags[lags.length - 1];
            int count = values.length - first;
            if (count < first / 4 + 1) {
                return;
            }
            rows += count;
            var at = new int[first + 1];
            Arrays.fill(at, -1);
            for (int k = 0; k < lags.length; k++) {
                at[lags[k]] = k;
            }
            for (int gap = 0; gap <= first; gap++) {
                addDiagonal(values, first, gap, at);
            }
        }

        /** Products of values {@code gap} apart: from one lag to the next their sum changes by its two ends only. */
        private void addDiagonal(double[] values, int first, int gap, int[] at) {
            double sum = 0;
            for (int t = first; t < values.length; t++) {
                sum += values[t] * values[t - gap];
            }
            if (gap > 0 && at[gap] >= 0) {
                cross[at[gap]] += sum;
            }
            int last = values.length - 1;
            for (int lag = 1; lag + gap <= first; lag++) {
                int entering = first - lag;
                int leaving = last + 1 - lag;
                sum += values[entering] * values[entering - gap] - values[leaving] * values[leaving - gap];
                int row = at[lag];
                int column = at[lag + gap];
                if (row >= 0 && column >= 0) {
                    gram[row][column] += sum;
                    if (gap > 0) {
                        gram[column][row] += sum;
                    }
                }
            }
        }

        /**
         * Returns the coefficients of least squares plus {@code ridge} times their squared distance from {@code
         * prior}.
         */
        private double[] solve(double ridge, double[] prior) {
            var matrix = new Array2DRowRealMatrix(gram, true);
            var right = new ArrayRealVector(cross).subtract(matrix.operate(new ArrayRealVector(prior)));
            double weight = ridge * rows;
            for (int i = 0; i < prior.length; i++) {
                matrix.addToEntry(i, i, weight);
            }
            var moved =
                    new CholeskyDecomposition(matrix, 1e-6, 1e-12).getSolver().solve(right);
            return moved.add(new ArrayRealVector(prior)).toArray();
        }
    }
}
