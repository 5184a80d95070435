package io.forelog.loadgen.load;

import java.util.random.RandomGenerator;

/**
 * Zipf's law: the key of rank r is drawn in proportion to 1 / r^skew. Ranks are 0 for the most popular key onwards.
 *
 * <p>Rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
 * distributions", ACM TOMACS 6(3), 1996): constant time and memory whatever the number of keys. The names of the
 * variables are the paper's.
 */
final class Zipf implements KeyDistribution {

    private final int keys;
    private final double skew;
    private final double hX1;
    private final double hN;
    private final double s;

    /** @param skew above 0; 0.99 is the usual model of a cache's keys */
    Zipf(int keys, double skew) {
        if (keys < 1 || !(skew > 0 && skew <= 10)) {
            throw new IllegalArgumentException("zipf needs a key and a skew in (0, 10], not " + keys + " and " + skew);
        }
        this.keys = keys;
        this.skew = skew;
        this.hX1 = hIntegral(1.5) - 1;
        this.hN = hIntegral(keys + 0.5);
        this.s = 2 - hIntegralInverse(hIntegral(2.5) - h(2));
    }

    @Override
    public int next(RandomGenerator random, double elapsedSeconds) {
        while (true) {
            double u = hN + random.nextDouble() * (hX1 - hN);
            double x = hIntegralInverse(u);
            int k = (int) Math.clamp(x + 0.5, 1, keys);
            if (k - x <= s || u >= hIntegral(k + 0.5) - h(k)) {
                return k - 1;
            }
        }
    }

    private double h(double x) {
        return Math.exp(-skew * Math.log(x));
    }

    private double hIntegral(double x) {
        double logX = Math.log(x);
        return expm1OverX((1 - skew) * logX) * logX;
    }

    private double hIntegralInverse(double x) {
        double t = Math.max(-1, x * (1 - skew));
        return Math.exp(log1pOverX(t) * x);
    }

    /** log(1+x)/x, also where x is close to 0, as it is for a skew close to 1. */
    private static double log1pOverX(double x) {
        return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x * (0.5 - x * (1 / 3.0 - 0.25 * x));
    }

    /** (e^x − 1)/x, also where x is close to 0. */
    private static double expm1OverX(double x) {
        return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x * 0.5 * (1 + x * (1 / 3.0) * (1 + 0.25 * x));
    }
}
