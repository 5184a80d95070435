package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Plans that someone asks for: the same costs and benefits as those of the decision round, without its thresholds. Pure
 * functions.
 */
public final class ByHand {

    private ByHand() {}

    /**
     * Divides a shard.
     *
     * @param at the first hash of the upper part; empty for the point that divides the load best
     * @throws IllegalArgumentException if the shard cannot be divided there
     */
    public static Proposal split(ShardView shard, OptionalLong at, Policy policy) {
        if (shard.range().from() == shard.range().last()) {
            throw new IllegalArgumentException(
                    "the range of " + shard.id() + " is a single hash, which no split divides");
        }
        var point = at.isPresent()
                ? shard.curve().at(at.getAsLong())
                : shard.curve().best();
        double limit = policy.shardLimit();
        double avoided =
                shard.outlook().secondsAbove(limit, 1) - shard.outlook().secondsAbove(limit, point.hotterShare());
        var benefit = new Benefit(avoided, 1 - point.hotterShare() * shard.peak() / limit, 0);
        return new Proposal(
                PlanKind.SPLIT,
                Cause.BY_HAND,
                List.of(shard.id()),
                OptionalLong.of(point.at()),
                "",
                "",
                forecast(shard),
                Cost.of(0, policy.bytesPerSecond(), 0),
                benefit);
    }

    /**
     * Joins two shards, wherever they are led: each keeps its records where they are, and what is appended from then on
     * goes to the group of the lower one. So no byte is moved, nor charged; the decision round charges some, see {@link
     * MergeRule}.
     *
     * @throws IllegalArgumentException if they are no neighbours
     */
    public static Proposal merge(ShardView one, ShardView other, Policy policy) {
        boolean ascending = one.range().isFollowedBy(other.range());
        if (!ascending && !other.range().isFollowedBy(one.range())) {
            throw new IllegalArgumentException("the ranges of " + one.id() + " and " + other.id() + ", " + one.range()
                    + " and " + other.range() + ", are no neighbours");
        }
        var lower = ascending ? one : other;
        var upper = ascending ? other : one;
        boolean elsewhere = !one.node().equals(other.node());
        double dayPeak = one.outlook().dayPeak() + other.outlook().dayPeak();
        return new Proposal(
                PlanKind.MERGE,
                Cause.BY_HAND,
                List.of(lower.id(), upper.id()),
                OptionalLong.empty(),
                elsewhere ? upper.node() : "",
                elsewhere ? lower.node() : "",
                forecast(one) + "; " + forecast(other),
                Cost.of(0, policy.bytesPerSecond(), elsewhere ? upper.load() : 0),
                new Benefit(0, 1 - dayPeak / policy.shardLimit(), 1));
    }

    /** Moves a shard from the node that leads it to another; what that gains is the former's. */
    public static Proposal move(ClusterView view, ShardView shard, String target, Policy policy) {
        var source = new NodeLoads(view).of(shard.node());
        double before = MoveRule.secondsAbove(source);
        source.take(shard, -1);
        var benefit = new Benefit(
                before - MoveRule.secondsAbove(source), 1 - source.expectedPeak() / source.node.capacity(), 0);
        return new Proposal(
                PlanKind.MOVE,
                Cause.BY_HAND,
                List.of(shard.id()),
                OptionalLong.empty(),
                shard.node(),
                target,
                forecast(shard),
                Cost.of(shard.bytes(), policy.bytesPerSecond(), shard.peak()),
                benefit);
    }

    /**
     * Takes a shard's sealed bytes to the archive store.
     *
     * @param readsExpected of the shard in the coming hour
     */
    public static Proposal archive(ShardId shard, long bytes, double readsExpected, Policy policy) {
        return new Proposal(
                PlanKind.ARCHIVE,
                Cause.BY_HAND,
                List.of(shard),
                OptionalLong.empty(),
                "",
                "",
                "",
                SealedView.archiveCost(bytes, readsExpected, policy),
                Benefit.NONE);
    }

    /**
     * Keeps what a key has newest at hand on every node, and spreads its reads over them.
     *
     * @param hash of the key
     */
    public static Proposal pin(ClusterView view, ShardView shard, String key, long hash, Policy policy) {
        var hot = new LoadCurve.HotKey(key, hash, shard.curve().loadOf(key));
        var spread = Spread.everywhere(shard, hot, view.nodes().size());
        return new Proposal(
                PlanKind.PIN,
                Cause.BY_HAND,
                List.of(shard.id()),
                OptionalLong.of(hash),
                "",
                "",
                forecast(shard),
                spread.cost(),
                spread.benefit(shard, policy.shardLimit()),
                key);
    }

    private static String forecast(ShardView shard) {
        return String.format(
                Locale.ROOT,
                "%s expects at most %.1f/s for %s in the coming %d minutes",
                shard.outlook().model(),
                shard.peak(),
                shard.id(),
                shard.outlook().minutes());
    }
}
