package io.forelog.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Series like the load of shards: a daily and a weekly rhythm, a drifting level, noise with memory. */
final class RhythmicSeries {

    static final int SEASON = 24;

    private RhythmicSeries() {}

    static List<double[]> some(int count, int length, long seed) {
        var random = new SplittableRandom(seed);
        var all = new ArrayList<double[]>();
        for (int i = 0; i < count; i++) {
            all.add(one(length, random));
        }
        return all;
    }

    private static double[] one(int length, SplittableRandom random) {
        double size = Math.exp(random.nextDouble(2, 8));
        double day = random.nextDouble(0.2, 0.6);
        double weekend = random.nextDouble(0.1, 0.5);
        double phase = random.nextDouble(0, Math.PI);
        double drift = 0;
        double noise = 0;
        var values = new double[length];
        for (int t = 0; t < length; t++) {
            drift += random.nextGaussian() * 0.004;
            noise = 0.7 * noise + random.nextGaussian() * 0.03;
            double level = 1 + drift - (t / SEASON % 7 >= 5 ? weekend : 0);
            double rhythm = 1 + day * Math.sin(2 * Math.PI * t / SEASON + phase);
            values[t] = Math.max(0, size * level * rhythm * (1 + noise));
        }
        return values;
    }
}
