package io.forelog.loadgen.load;

import java.util.random.RandomGenerator;

/** Nine draws in ten fall on one key in a hundred, evenly; after each period the hot keys are others. */
final class ShiftingHotSpot implements KeyDistribution {

    private static final double HOT_DRAWS = 0.9;
    private static final int HOT_ONE_IN = 100;
    /** Close to the golden ratio, so that successive hot spots lie far apart and come round evenly. */
    private static final double STEP = 0.6180339887498949;

    private final int keys;
    private final int hot;
    private final double periodSeconds;

    ShiftingHotSpot(int keys, double periodSeconds) {
        this.keys = keys;
        this.hot = Math.max(1, keys / HOT_ONE_IN);
        this.periodSeconds = periodSeconds;
    }

    @Override
    public int next(RandomGenerator random, double elapsedSeconds) {
        if (random.nextDouble() >= HOT_DRAWS) {
            return random.nextInt(keys);
        }
        double turn = Math.floor(elapsedSeconds / periodSeconds) * STEP;
        int from = (int) ((turn - Math.floor(turn)) * keys);
        return (from + random.nextInt(hot)) % keys;
    }
}
