package io.forelog.prefetch;

/**
 * How many prefetches of one shard may be under way, so that they yield to the reads that wait for the same owner.
 *
 * <p>Additive increase, multiplicative decrease by latency (Brakmo and Peterson, "TCP Vegas", 1995): a fetch that takes
 * much longer than those of this shard usually do says that others need the owner more. Usual is what three of four
 * stay below of those that were under way alone, since prefetches must not take the crowd that they are for usual; and
 * not the least, since some are answered by a nearer tier. Near saturation even one fetch at a time is too many, since
 * it raises what everyone waits by its share of the room that is left; there the pace sinks to one fetch for so many
 * reads, which is enough to notice when the load is gone.
 */
final class FetchPace {

    private static final double LIMIT_MIN = 1.0 / 4096;
    /** Few, so that some are under way alone. */
    private static final int LIMIT_FIRST = 2;

    private static final double SLOW = 2;
    private static final double DECREASE = 0.8;
    /** Against halving: where not three of four fetches are fast, it stays slow. */
    private static final double PACE_INCREASE = 1.25;

    private static final double STEP = 0.001;
    /** First steps are this long, so that a few fetches tell what is usual. */
    private static final double STEP_FIRST = 0.2;

    private final int inFlightMax;
    private double limit;
    private double usual;
    private double step = STEP_FIRST;
    private boolean measured;
    private int inFlight;
    private int readsSinceStart;
    private boolean startedAlone;

    FetchPace(int inFlightMax) {
        this.inFlightMax = inFlightMax;
        limit = Math.min(LIMIT_FIRST, inFlightMax);
    }

    /** Notes a read of the shard. */
    void read() {
        readsSinceStart++;
    }

    boolean allows() {
        return limit >= 1 ? inFlight < (int) limit : inFlight == 0 && readsSinceStart >= 1 / limit;
    }

    void started() {
        startedAlone = inFlight == 0;
        inFlight++;
        readsSinceStart = 0;
    }

    /** Notes that a fetch ended without telling how long one takes. */
    void ended() {
        inFlight--;
    }

    /** Notes that a fetch was refused, or failed. */
    void failed() {
        inFlight--;
        slowDown();
    }

    /** Notes how long a fetch took, in the clock's time. */
    void completed(double took) {
        inFlight--;
        boolean alone = inFlight == 0 && startedAlone;
        if (measured && took > SLOW * usual) {
            slowDown();
        } else {
            limit = Math.min(inFlightMax, limit >= 1 ? limit + 1 / limit : limit * PACE_INCREASE);
        }
        if (alone || !measured) {
            usual = !measured ? took : took > usual ? usual * (1 + 3 * step) : usual * (1 - step);
            step = Math.max(STEP, step * 0.95);
            measured = true;
        }
    }

    private void slowDown() {
        limit = Math.max(LIMIT_MIN, limit >= 2 ? limit * DECREASE : limit / 2);
    }

    boolean isIdle() {
        return inFlight == 0;
    }

    double limit() {
        return limit;
    }
}
