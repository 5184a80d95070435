package io.forelog.loadgen.load;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Which key comes next: numbers in 0 (inclusive) to the count of keys (exclusive). */
public interface KeyDistribution {

    /**
     * Draws a key.
     *
     * @param random the only source of randomness
     * @param elapsedSeconds since the run began; what moves, moves by this
     */
    int next(RandomGenerator random, double elapsedSeconds);

    /**
     * Reads {@code uniform}, {@code zipf:SKEW}, {@code hotshift} or {@code diurnal}.
     *
     * @param keys how many keys there are, at least 1
     * @param period how long a hot spot stays, or how long a day lasts
     * @throws IllegalArgumentException if {@code text} is none of them; the message lists them
     */
    static KeyDistribution parse(String text, int keys, Duration period) {
        double periodSeconds = period.toNanos() / 1e9;
        if (text.equals("zipf") || text.startsWith("zipf:")) {
            return new Zipf(keys, text.equals("zipf") ? 0.99 : skew(text));
        }
        return switch (text) {
            case "uniform" -> (random, elapsed) -> random.nextInt(keys);
            case "hotshift" -> new ShiftingHotSpot(keys, periodSeconds);
            case "diurnal" -> new DailyRhythm(keys, periodSeconds);
            default -> throw new IllegalArgumentException(
                    "a distribution is uniform, zipf:SKEW (such as zipf:0.99), hotshift or diurnal, not '" + text + "'");
        };
    }

    private static double skew(String text) {
        var skew = text.substring("zipf:".length());
        try {
            return Double.parseDouble(skew);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the skew of zipf is a number such as 0.99, not '" + skew + "'", e);
        }
    }
}
