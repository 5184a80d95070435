package io.forelog.manager;

import io.forelog.manager.NodeLoads.Sums;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Moves shards off nodes that are, or will be, above their capacity, or that drain, which holds in every mode. */
final class MoveRule {

    /** How full a target may be expected to get: what follows must not at once be too much for it. */
    private static final double TARGET_USE_MAX = 0.85;
    /** A move must promise so many times what a split must: it copies, and a node's load is spread by chance too. */
    private static final double GAIN_FACTOR = 10;
    /** As a share of a node's capacity. */
    private static final double WORTH_A_MOVE = 0.02;

    private static final double MINUTE_SECONDS = 60;
    private static final int MOVES_PER_NODE_MAX = 2;

    private final RoundWork work;
    private final Policy policy;

    MoveRule(RoundWork work) {
        this.work = work;
        policy = work.policy;
    }

    void run() {
        var takers = work.nodes.takersLeastUsedFirst();
        for (var node : work.nodes.mostUsedFirst()) {
            boolean passed = policy.mode().reacts()
                    && ShardView.held(node.recent, node.node.capacity(), policy.sustainMinutes(), true);
            boolean foreseen = policy.mode().foresees() && firstAbove(node) >= 0;
            if (node.node.draining() && !node.shards.isEmpty()) {
                relieve(node, takers, Cause.BY_HAND);
            } else if (passed || foreseen) {
                relieve(node, takers, passed ? Cause.LIMIT_PASSED : Cause.FORECAST);
            }
        }
    }

    private int firstAbove(Sums node) {
        double limit = policy.nodeAt() * node.node.capacity();
        for (int h = 0; h < node.expected.length; h++) {
            if (node.expected[h] > limit) {
                return h;
            }
        }
        return -1;
    }

    static double secondsAbove(Sums node) {
        double seconds = 0;
        for (int h = 0; h < node.expected.length; h++) {
            double spread = Math.sqrt(node.variance[h]) + 1e-9;
            seconds += MINUTE_SECONDS / (1 + Math.exp(1.702 * (node.node.capacity() - node.expected[h]) / spread));
        }
        return seconds;
    }

    private void relieve(Sums node, List<Sums> takers, Cause cause) {
        for (int moves = 0; moves < MOVES_PER_NODE_MAX; moves++) {
            double excess = Math.max(node.expectedPeak(), node.load()) - policy.nodeAt() * node.node.capacity();
            if (cause != Cause.BY_HAND && excess <= 0 || !moveOne(node, takers, cause, Math.max(excess, 0))) {
                return;
            }
        }
    }

    private boolean moveOne(Sums node, List<Sums> takers, Cause cause, double excess) {
        var shard = choose(node, excess, cause);
        if (shard == null) {
            work.none(
                    node.node.name(),
                    inputs(node),
                    List.of("move"),
                    "none of its shards is free and settled",
                    Cost.NONE,
                    Benefit.NONE);
            return false;
        }
        double load = peak(shard);
        var target = target(takers, node, load);
        var cost = Cost.of(shard.bytes(), policy.bytesPerSecond(), load);
        double share = excess <= 0 ? 1 : Math.min(1, load / excess);
        var benefit =
                new Benefit(secondsAbove(node) * share, 1 - (node.expectedPeak() - load) / node.node.capacity(), 0);
        if (target == null) {
            work.none(
                    node.node.name(),
                    inputs(node),
                    List.of("move " + shard.id()),
                    "no node has room for another " + Math.round(load) + "/s",
                    cost,
                    benefit);
            return false;
        }
        if (cause == Cause.FORECAST && !worthIt(node, cost, benefit)) {
            return false;
        }
        var proposal = new Proposal(
                PlanKind.MOVE,
                cause,
                List.of(shard.id()),
                OptionalLong.empty(),
                node.node.name(),
                target.node.name(),
                "",
                cost,
                benefit);
        var reason =
                switch (cause) {
                    case BY_HAND -> "the node drains";
                    case LIMIT_PASSED -> "the node is above its capacity";
                    default ->
                        "the node is expected to pass " + Math.round(100 * policy.nodeAt()) + " % of its capacity";
                };
        if (!work.propose(
                proposal, inputs(node), List.of("none"), reason + "; " + target.node.name() + " is the least used")) {
            return false;
        }
        node.take(shard, -1);
        node.shards.remove(shard);
        target.take(shard, 1);
        return true;
    }

    /** A copy takes its time: what is expected only after it need not be moved yet. */
    private boolean worthIt(Sums node, Cost cost, Benefit benefit) {
        int minutes = (int) Math.ceil(cost.copySeconds() / 60) + policy.leadMinutes();
        if (firstAbove(node) > minutes) {
            work.none(
                    node.node.name(),
                    inputs(node),
                    List.of("move"),
                    "above its threshold in " + firstAbove(node) + " minutes only; a copy takes " + minutes,
                    cost,
                    benefit);
            return false;
        }
        double worth =
                benefit.violationSecondsAvoided() * work.view.experience().worth(PlanKind.MOVE, policy);
        if (worth < GAIN_FACTOR * policy.gainSecondsMin() + cost.disruptionSeconds()) {
            work.none(
                    node.node.name(),
                    inputs(node),
                    List.of("move"),
                    "the gain is worth " + Math.round(worth) + " s, less than the cost of "
                            + Math.round(cost.disruptionSeconds())
                            + " s and the least gain of " + Math.round(GAIN_FACTOR * policy.gainSecondsMin()) + " s",
                    cost,
                    benefit);
            return false;
        }
        return true;
    }

    /** Of the shards that relieve enough the one with the fewest bytes; where none does, the one that relieves most. */
    private @Nullable ShardView choose(Sums node, double excess, Cause cause) {
        return node.shards.stream()
                .filter(shard -> work.isFree(shard)
                        && (cause != Cause.FORECAST || shard.settledMinutes() >= policy.sustainMinutes()))
                .filter(shard -> cause == Cause.BY_HAND || peak(shard) > WORTH_A_MOVE * node.node.capacity())
                .min(Comparator.comparingDouble((ShardView shard) -> -Math.min(peak(shard), Math.max(excess, 1e-9)))
                        .thenComparingLong(ShardView::bytes)
                        .thenComparing(ShardView::id))
                .orElse(null);
    }

    private @Nullable Sums target(List<Sums> takers, Sums source, double load) {
        Sums best = null;
        for (var taker : takers) {
            boolean fits = taker != source
                    && taker.expectedPeak() + load <= TARGET_USE_MAX * taker.node.capacity()
                    && taker.copies < policy.copiesPerNode();
            if (fits && (best == null || taker.expectedUse() < best.expectedUse())) {
                best = taker;
            }
        }
        return best;
    }

    private static double peak(ShardView shard) {
        double peak = shard.load();
        for (float load : shard.outlook().expected()) {
            peak = Math.max(peak, load);
        }
        return peak;
    }

    private static Map<String, Double> inputs(Sums node) {
        return Map.of(
                "nodeLoadPerSecond", node.load(),
                "nodeExpectedPeakPerSecond", node.expectedPeak(),
                "nodeCapacityPerSecond", node.node.capacity());
    }
}
