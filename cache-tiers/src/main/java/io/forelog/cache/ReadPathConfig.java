package io.forelog.cache;

import java.time.Duration;

/**
 * How a read goes over the tiers.
 *
 * @param region the name of this node's region
 * @param order what is asked first where a replica is at hand
 * @param tiersDeadline how long a read spends on all shared tiers together at most; the later ones get what the
 *     earlier ones left
 * @param ownerDeadline how long a shard may take to answer before the read fails. Too low, and reads fail while a
 *     shard elects a leader; too high, and readers of a lost shard hang
 * @param fetchesMax fetches under way before further reads are refused; prefetches stop at half of it
 * @param hedgeShare share of reads, in 0..1, that may be sent to a second replica because the first is late; 0
 *     switches it off
 */
public record ReadPathConfig(
        String region,
        ReadOrder order,
        Duration tiersDeadline,
        Duration ownerDeadline,
        int fetchesMax,
        double hedgeShare) {

    public ReadPathConfig {
        if (!tiersDeadline.isPositive() || !ownerDeadline.isPositive()) {
            throw new IllegalArgumentException("tiersDeadline and ownerDeadline must be above zero, not "
                    + tiersDeadline + " and " + ownerDeadline);
        }
        if (fetchesMax < 2) {
            throw new IllegalArgumentException("fetchesMax must be at least 2, not " + fetchesMax);
        }
        if (!(hedgeShare >= 0 && hedgeShare <= 1)) {
            throw new IllegalArgumentException("hedgeShare must be in 0..1, not " + hedgeShare);
        }
    }

    /** Returns the settings that a node has unless told otherwise. */
    public static ReadPathConfig of(String region) {
        return new ReadPathConfig(
                region, ReadOrder.OWNER_FIRST, Duration.ofMillis(200), Duration.ofSeconds(10), 100_000, 0.05);
    }

    /** Returns these settings with other bounds of what a read may cost. */
    public ReadPathConfig withBounds(Duration ofTiers, double ofHedges) {
        return new ReadPathConfig(region, order, ofTiers, ownerDeadline, fetchesMax, ofHedges);
    }

    /** Returns these settings with at least so long for a shard to answer. */
    public ReadPathConfig withOwnerDeadlineOfAtLeast(Duration least) {
        var longer = ownerDeadline.compareTo(least) < 0 ? least : ownerDeadline;
        return new ReadPathConfig(region, order, tiersDeadline, longer, fetchesMax, hedgeShare);
    }

    /** Returns these settings with another order. */
    public ReadPathConfig withOrder(ReadOrder other) {
        return new ReadPathConfig(region, other, tiersDeadline, ownerDeadline, fetchesMax, hedgeShare);
    }
}
