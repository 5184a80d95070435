package io.forelog.forecast;

import io.forelog.forecast.Arima.Order;
import java.util.Arrays;

/**
 * The two polynomials of a seasonal ARMA model, multiplied out: value(t) = sum of ar[i] value(t - arLags[i]) + error(t)
 * + sum of ma[i] error(t - maLags[i]).
 */
final class ArmaLags {

    private final int[] arLags;
    private final double[] ar;
    private final int[] maLags;
    private final double[] ma;

    /** @param point any reals: p, q, seasonal P and seasonal Q partial autocorrelations before tanh */
    ArmaLags(Order order, int season, double[] point) {
        var phi = coefficients(point, 0, order.p());
        var theta = coefficients(point, order.p(), order.q());
        var seasonalPhi = coefficients(point, order.p() + order.q(), order.seasonalP());
        var seasonalTheta = coefficients(point, order.p() + order.q() + order.seasonalP(), order.seasonalQ());
        int arCount = (phi.length + 1) * (seasonalPhi.length + 1) - 1;
        int maCount = (theta.length + 1) * (seasonalTheta.length + 1) - 1;
        arLags = new int[arCount];
        ar = new double[arCount];
        maLags = new int[maCount];
        ma = new double[maCount];
        multiply(phi, seasonalPhi, season, -1, arLags, ar);
        multiply(theta, seasonalTheta, season, 1, maLags, ma);
    }

    /** Durbin's recursion from partial autocorrelations to coefficients of a stationary polynomial. */
    private static double[] coefficients(double[] point, int from, int count) {
        var coefficients = new double[count];
        var previous = new double[count];
        for (int k = 0; k < count; k++) {
            // The margin keeps the recursions of errors from never forgetting their start.
            double partial = 0.99 * Math.tanh(point[from + k]);
            System.arraycopy(coefficients, 0, previous, 0, k);
            for (int i = 0; i < k; i++) {
                coefficients[i] = previous[i] - partial * previous[k - 1 - i];
            }
            coefficients[k] = partial;
        }
        return coefficients;
    }

    private static void multiply(
            double[] near, double[] seasonal, int season, int crossSign, int[] lags, double[] products) {
        int at = 0;
        for (int j = 0; j <= seasonal.length; j++) {
            for (int i = j == 0 ? 1 : 0; i <= near.length; i++) {
                lags[at] = i + j * season;
                double nearPart = i == 0 ? 1 : near[i - 1];
                double seasonalPart = j == 0 ? 1 : seasonal[j - 1];
                products[at++] = nearPart * seasonalPart * (i > 0 && j > 0 ? crossSign : 1);
            }
        }
    }

    /** Returns the sum of squared errors from index {@code from} on; {@code errors} is where they are left. */
    double squaredError(double[] values, double[] errors, int from) {
        double squares = 0;
        for (int t = 0; t < values.length; t++) {
            double error = values[t] - expected(values, errors, t);
            errors[t] = error;
            if (t >= from) {
                squares += error * error;
            }
        }
        return squares;
    }

    private double expected(double[] values, double[] errors, int t) {
        double expected = 0;
        for (int i = 0; i < ar.length; i++) {
            if (arLags[i] <= t) {
                expected += ar[i] * values[t - arLags[i]];
            }
        }
        for (int i = 0; i < ma.length; i++) {
            if (maLags[i] <= t) {
                expected += ma[i] * errors[t - maLags[i]];
            }
        }
        return expected;
    }

    /** Returns the values expected after {@code values}. */
    double[] ahead(double[] values, int horizon) {
        var extended = Arrays.copyOf(values, values.length + horizon);
        var errors = new double[extended.length];
        squaredError(values, errors, 0);
        for (int t = values.length; t < extended.length; t++) {
            extended[t] = expected(extended, errors, t);
        }
        return Arrays.copyOfRange(extended, values.length, extended.length);
    }
}
