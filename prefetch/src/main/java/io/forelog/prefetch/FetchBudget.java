package io.forelog.prefetch;

/**
 * How sure a guess must be to be fetched, and how many fetches may be under way.
 *
 * <p>The bar rises and falls so that what is fetched for nothing stays a fixed part of the reads that would miss
 * without prefetching: the owner's load grows by no more than that part, whatever is read. Where guesses are sure,
 * the bar stops at a floor, since every fetch costs something and takes a slot of the cache.
 *
 * <p>The number of fetches under way follows their latency (additive increase, multiplicative decrease: Brakmo and
 * Peterson, "TCP Vegas", 1995): when they take twice as long as they can, someone else needs the owner more.
 */
final class FetchBudget {

    private static final double WASTE_SHARE = 0.35;
    private static final double BAR_MIN = 0.08;
    private static final double BAR_MAX = 0.95;
    private static final double BAR_FIRST = 0.3;
    private static final double GAIN = 0.0005;
    private static final double WINDOW = 2048;
    private static final double SAMPLED_WINDOW = 512;
    private static final double SLOW = 2;

    private final int inFlightMax;
    private double bar = BAR_FIRST;
    private double wastePerRead;
    private double missRatio = 0.5;
    private double limit;
    private double leastLatency = Double.MAX_VALUE;
    private double latency;
    private boolean measured;

    FetchBudget(int inFlightMax) {
        this.inFlightMax = inFlightMax;
        limit = inFlightMax;
    }

    /** Returns the least score that is worth a fetch. */
    double bar() {
        return bar;
    }

    /** Notes that a read was learnt from. */
    void read() {
        wastePerRead -= wastePerRead / WINDOW;
        double excess = wastePerRead / (WASTE_SHARE * missRatio + 1e-6) - 1;
        bar = Math.clamp(bar * (1 + GAIN * Math.clamp(excess, -1, 2)), BAR_MIN, BAR_MAX);
    }

    /** Notes a sampled read, and whether it would miss without prefetching. */
    void sampled(boolean miss) {
        missRatio += ((miss ? 1 : 0) - missRatio) / SAMPLED_WINDOW;
    }

    /** Notes that a guess of this score is to be fetched. */
    void spend(double score) {
        wastePerRead += (1 - score) / WINDOW;
    }

    boolean allows(int inFlight) {
        return inFlight < (int) limit;
    }

    /** Notes how long a fetch took, in the clock's time. */
    void completed(double took) {
        latency = measured ? latency + (took - latency) / 16 : took;
        measured = true;
        // The least one is forgotten slowly: the way to the owner may have become longer for good.
        leastLatency = Math.min(took, leastLatency * 1.001);
        limit = took > SLOW * leastLatency ? Math.max(1, limit * 0.95) : Math.min(inFlightMax, limit + 1 / limit);
    }

    /** Returns what a fetch takes, smoothed; 0 before the first. */
    double latency() {
        return latency;
    }

    int limit() {
        return (int) limit;
    }
}
