package io.forelog.cache;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds hedges to a share of the calls that could be hedged, and a few at once. Safe for use by any thread. */
final class HedgeBudget {

    static final int BURST = 10;
    private static final int COST = 1_000;
    private static final int CREDIT_MAX = BURST * COST;

    private final int creditPerCall;
    private final AtomicInteger credit = new AtomicInteger(CREDIT_MAX);

    /** @param share in 0..1 */
    HedgeBudget(double share) {
        creditPerCall = (int) (COST * share);
    }

    /** Returns whether no call is ever hedged. */
    boolean isNone() {
        return creditPerCall == 0;
    }

    /** Notes a call that could be hedged. */
    void called() {
        credit.updateAndGet(now -> Math.min(CREDIT_MAX, now + creditPerCall));
    }

    /** Returns whether one more hedge may be made, and takes it off. */
    boolean spend() {
        return credit.getAndUpdate(now -> now < COST ? now : now - COST) >= COST;
    }
}
