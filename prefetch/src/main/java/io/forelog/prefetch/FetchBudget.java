package io.forelog.prefetch;

/**
 * How sure a guess must be to be fetched, and how long a fetch takes.
 *
 * <p>The bar rises and falls so that what is fetched for nothing stays in proportion to the reads that still miss, and
 * in a lesser one to those that prefetching keeps from missing: where little is left to gain, little may be spent, and
 * the owner's load never grows by more than the greater share of the misses without prefetching. Where guesses are
 * sure, the bar stops at a floor, since every fetch costs something and takes a slot of the cache; the floor is the
 * lower the more reads miss, since a slot of a cache that seldom hits is worth little.
 */
final class FetchBudget {

    private static final double REMAINING_SHARE = 0.8;
    private static final double PREVENTED_SHARE = 0.19;
    private static final double BAR_MIN = 0.12;
    private static final double BAR_MAX = 0.95;
    private static final double BAR_FIRST = 0.3;
    private static final double GAIN = 0.0002;
    private static final double WINDOW = 2048;
    private static final double SAMPLED_WINDOW = 512;

    private double bar = BAR_FIRST;
    private double wastePerRead;
    private double missRatio = 0.5;
    private double shadowMissRatio = 0.5;
    private double latency;
    private boolean measured;

    /** Returns the least score that is worth a fetch. */
    double bar() {
        return bar;
    }

    /** Notes that a read was learnt from. */
    void read() {
        wastePerRead -= wastePerRead / WINDOW;
        double remaining = Math.min(missRatio, shadowMissRatio);
        double allowed = REMAINING_SHARE * remaining + PREVENTED_SHARE * (shadowMissRatio - remaining);
        double excess = wastePerRead / (allowed + 1e-6) - 1;
        double floor = BAR_MIN * (1 - remaining);
        bar = Math.clamp(bar * (1 + GAIN * Math.clamp(excess, -1, 2)), floor, BAR_MAX);
    }

    /** Notes a sampled read: whether it missed, and whether it would have without prefetching. */
    void sampled(boolean miss, boolean shadowMiss) {
        missRatio += ((miss ? 1 : 0) - missRatio) / SAMPLED_WINDOW;
        shadowMissRatio += ((shadowMiss ? 1 : 0) - shadowMissRatio) / SAMPLED_WINDOW;
    }

    /** Notes that a guess of this score is to be fetched. */
    void spend(double score) {
        wastePerRead += (1 - score) / WINDOW;
    }

    /** Notes how long a fetch took, in the clock's time. */
    void completed(double took) {
        latency = measured ? latency + (took - latency) / 16 : took;
        measured = true;
    }

    /** Returns what a fetch takes, smoothed; 0 before the first. */
    double latency() {
        return latency;
    }
}
