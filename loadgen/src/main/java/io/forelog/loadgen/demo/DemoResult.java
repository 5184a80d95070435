package io.forelog.loadgen.demo;

import io.forelog.loadgen.replay.ReplayResult;

/**
 * The same reads twice.
 *
 * @param capacity entries of the local cache as a share of the distinct keys
 * @param rate reads a second that were asked for
 * @param coverage (misses with prefetch off − misses with it on) / misses with it off, of the local cache; a read that
 *     waited for a fetch under way is a miss
 * @param waste prefetched and never read, for each read
 */
public record DemoResult(
        double capacity, double rate, ReplayResult off, ReplayResult on, double coverage, double waste) {

    private static final double PACE_KEPT = 0.95;

    static DemoResult of(double capacity, double rate, ReplayResult off, ReplayResult on) {
        double missesOff = 1 - off.localHitRatio();
        double missesOn = 1 - on.localHitRatio();
        return new DemoResult(
                capacity, rate, off, on, missesOff == 0 ? 0 : (missesOff - missesOn) / missesOff, on.waste());
    }

    /**
     * Returns whether the machine kept up with the rate; if not, reads waited for their turn, and latencies tell that.
     */
    public boolean isPaceKept() {
        return Math.min(off.readsPerSecond(), on.readsPerSecond()) > PACE_KEPT * rate;
    }

    public boolean isSuccess() {
        return off.isSuccess() && on.isSuccess();
    }
}
