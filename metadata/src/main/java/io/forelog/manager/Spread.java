package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cost;

/**
 * Over how many nodes the reads of one key are spread: over those that hold a replica of its shard, which may serve
 * what is committed as well as the leader, or if these are too few, over the caches of all. Appends stay with the
 * leader.
 *
 * @param reads of the key, a second
 * @param nodes that serve them, the leader's among them
 * @param everywhere whether nodes without a replica keep it in their caches
 * @param leaderShare what is left to the leader's node of the load that the shard has
 */
record Spread(double reads, int nodes, boolean everywhere, double leaderShare) {

    /** Spreads a key over what is needed so that each node serves no more than {@code limit} of its reads. */
    static Spread of(ShardView shard, LoadCurve.HotKey key, int nodes, double limit) {
        double reads = key.load() * shard.curve().readShare();
        boolean everywhere = shard.replicas() < 2 || reads > shard.replicas() * limit;
        return over(shard, key, everywhere ? Math.max(nodes, shard.replicas()) : shard.replicas(), everywhere);
    }

    /** Spreads a key over all nodes. */
    static Spread everywhere(ShardView shard, LoadCurve.HotKey key, int nodes) {
        return over(shard, key, Math.max(nodes, shard.replicas()), true);
    }

    private static Spread over(ShardView shard, LoadCurve.HotKey key, int over, boolean everywhere) {
        double reads = key.load() * shard.curve().readShare();
        double total = shard.curve().total();
        double taken = total <= 0 ? 0 : reads / total * (over - 1) / over;
        return new Spread(reads, over, everywhere, 1 - taken);
    }

    /** Returns the reads a second that others than the leader's node serve. */
    double targetLoad() {
        return reads * (nodes - 1) / nodes;
    }

    /** Nothing is copied, and no append waits. */
    Cost cost() {
        return new Cost(0, 0, 0, targetLoad(), 0);
    }

    Benefit benefit(ShardView shard, double limit) {
        double avoided =
                shard.outlook().secondsAbove(limit, 1) - shard.outlook().secondsAbove(limit, leaderShare);
        return new Benefit(avoided, 1 - leaderShare * shard.peak() / limit, 0);
    }
}
