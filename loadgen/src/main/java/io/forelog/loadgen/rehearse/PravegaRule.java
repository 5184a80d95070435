package io.forelog.loadgen.rehearse;

import io.forelog.manager.ShardView;

/**
 * Pravega's scaling rule as a rival: a segment is divided in halves of its range once its rate was over twice its
 * target for five minutes or five times for two, and joined with its neighbour once both were below half of it for
 * twenty (Pravega's documentation, "Auto scaling"). A segment's place follows from a hash of its number; its storage
 * is shared, so nothing is copied.
 */
final class PravegaRule {

    private static final int COOL_DOWN = 10;
    private static final int IDLE = 20;

    private final RehearsalSettings settings;
    private final RecordedLoad recorded;

    PravegaRule(RehearsalSettings settings, RecordedLoad recorded) {
        this.settings = settings;
        this.recorded = recorded;
    }

    void decide(VirtualCluster cluster, int minute) {
        double target = settings.policy().shardLimit();
        for (var shard : cluster.shards()) {
            var recent = recent(shard, minute);
            boolean hot = above(recent, 2 * target, 5) || above(recent, 5 * target, 2);
            if (hot && shard.range.from() != shard.range.last()) {
                long middle = shard.range.from() + (shard.range.last() - shard.range.from() >>> 1) + 1;
                cluster.split(
                        shard,
                        middle,
                        Math.floorMod(Long.hashCode(middle * 0x9E3779B97F4A7C15L), settings.nodes()),
                        minute);
            }
        }
        merge(cluster, minute, target);
    }

    private void merge(VirtualCluster cluster, int minute, double target) {
        var shards = cluster.shards();
        for (int i = 0; i + 1 < shards.size() && cluster.shards().size() > settings.nodes(); i++) {
            var lower = shards.get(i);
            var upper = shards.get(i + 1);
            boolean settled = Math.min(minute - lower.changedAt, minute - upper.changedAt) >= COOL_DOWN;
            if (settled && below(recent(lower, minute), target / 2) && below(recent(upper, minute), target / 2)) {
                cluster.merge(lower, upper, minute);
                i++;
            }
        }
    }

    private float[] recent(VirtualShard shard, int minute) {
        ShardView view = shard.view(recorded, minute, Double.MAX_VALUE, false);
        return view.recent();
    }

    private static boolean above(float[] recent, double limit, int minutes) {
        return held(recent, limit, minutes, 1);
    }

    private static boolean below(float[] recent, double limit) {
        return held(recent, limit, IDLE, -1);
    }

    private static boolean held(float[] recent, double limit, int minutes, int sign) {
        if (recent.length < minutes) {
            return false;
        }
        for (int i = recent.length - minutes; i < recent.length; i++) {
            if (sign * (recent[i] - limit) <= 0) {
                return false;
            }
        }
        return true;
    }
}
