package io.forelog.forecast;

/**
 * What is expected of a load in the coming minutes, and how sure that is. The arrays are not copied; whoever holds an
 * outlook must not write to them.
 *
 * @param expected load of each coming minute, the next one first
 * @param deviation standard deviation of the error of each
 * @param dayPeak the highest load expected within the coming day, as far as known: at least the highest of these
 *     minutes
 * @param model what the forecast rests on
 */
public record Outlook(float[] expected, float[] deviation, double dayPeak, String model) {

    public int minutes() {
        return expected.length;
    }

    /** Returns how likely the load of coming minute {@code h}, from 0, is above {@code limit}, from 0 to 1. */
    public double probabilityAbove(double limit, int h) {
        double spread = Math.max(deviation[h], 1e-9);
        // The logistic distribution with the same deviation stands in for the normal one: no table, no iteration.
        return 1 / (1 + Math.exp((limit - expected[h]) / spread * 1.702));
    }

    /** Returns the seconds that the load, times {@code share}, is expected to be above {@code limit}. */
    public double secondsAbove(double limit, double share) {
        double seconds = 0;
        for (int h = 0; h < expected.length; h++) {
            seconds += 60 * probabilityAbove(limit / share, h);
        }
        return seconds;
    }

    /** Returns the first coming minute, from 0, in which {@code limit} is likely passed, or -1. */
    public int firstAbove(double limit) {
        for (int h = 0; h < expected.length; h++) {
            if (expected[h] > limit) {
                return h;
            }
        }
        return -1;
    }
}
