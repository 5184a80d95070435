package io.forelog.loadgen.load;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
     * Returns who drew the last key, where keys are drawn by several whose draws hang together; null if they do not.
     */
    default @Nullable String reader() {
        return null;
    }

    /**
     * Reads {@code uniform}, {@code zipf:SKEW}, {@code hotshift}, {@code diurnal} or {@code markov}.
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
            case "markov" -> new CorrelatedWalks(keys);
            default ->
                throw new IllegalArgumentException(
                        "a distribution is uniform, zipf:SKEW (such as zipf:0.99), hotshift, diurnal or markov, not '"
                                + text + "'");
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
