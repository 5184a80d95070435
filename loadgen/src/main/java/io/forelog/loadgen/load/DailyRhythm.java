package io.forelog.loadgen.load;

import java.util.random.RandomGenerator;

/**
 * Every key has its hour: it is drawn in proportion to 1 + 0.9·cos of the distance between that hour and the time of
 * day, so nineteen times as often at its peak as at night. Neighbouring keys peak together, as those of one time zone
 * do.
 */
final class DailyRhythm implements KeyDistribution {

    private static final double SWING = 0.9;

    private final int keys;
    private final double daySeconds;

    DailyRhythm(int keys, double daySeconds) {
        this.keys = keys;
        this.daySeconds = daySeconds;
    }

    @Override
    public int next(RandomGenerator random, double elapsedSeconds) {
        double timeOfDay = elapsedSeconds / daySeconds;
        while (true) {
            int key = random.nextInt(keys);
            double distance = timeOfDay - (double) key / keys;
            if (random.nextDouble() * (1 + SWING) <= 1 + SWING * Math.cos(2 * Math.PI * distance)) {
                return key;
            }
        }
    }
}
