package io.forelog.manager;

import io.forelog.manager.NodeLoads.Sums;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Moves shards off nodes that are, or will be, above their capacity, or that drain, which holds in every mode. */
final class MoveRule {

    /** How full a target may be expected to get: what follows must not at once be too much for it. */
    private static final double TARGET_USE_MAX = 0.85;
    /** A move must promise so many times what a split must: it copies, and a node's load is spread by chance too. */
    private static final double GAIN_FACTOR = 10;

    /**
     * And so much of the time that is foreseen, above capacity. Rehearsed: with a fifth a quiet day of requests costs
     * copies that end a few minutes of it, with more a hot spot that wanders is followed too late.
     */
    private static final double GAIN_SHARE = 0.6;
    /** As a share of a node's capacity. */
    private static final double WORTH_A_MOVE = 0.02;

    /** What was announced is withdrawn only when the node is expected to stay below its threshold by so much. */
    private static final double KEPT_BELOW = 0.1;

    /** A copy that begins earlier than so many times what it takes is more often for nothing. */
    private static final int AHEAD = 2;

    private static final double ANNOUNCED_PROBABILITY = 0.7;

    private static final double MINUTE_SECONDS = 60;
    private static final long MINUTE_MILLIS = 60_000;
    private static final int MOVES_PER_NODE_MAX = 2;

    private final RoundWork work;
    private final Policy policy;
    private final MovePromises promises;

    MoveRule(RoundWork work) {
        this.work = work;
        policy = work.policy;
        promises = new MovePromises(work);
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
            } else if (policy.mode().foresees()
                    && node.expectedPeak() > (policy.nodeAt() - KEPT_BELOW) * node.node.capacity()) {
                promises.keepAll(node);
            }
        }
        promises.withdrawRest();
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

    /** Returns the seconds that a node is expected to be above its capacity. */
    static double secondsAbove(Sums node) {
        double seconds = 0;
        for (int h = 0; h < node.expected.length; h++) {
            seconds += MINUTE_SECONDS * probability(node.node.capacity(), node.expected[h], variance(node, h));
        }
        return seconds;
    }

    /** What a node takes over in this round adds to what is expected of it, and not to the variance. */
    private static double variance(Sums node, int minute) {
        return minute < node.variance.length ? node.variance[minute] : 0;
    }

    /** As {@link #secondsAbove(Sums)}, with a shard more on the node, or one less. */
    private static double secondsAbove(Sums node, ShardView shard, int sign) {
        var expected = shard.outlook().expected();
        var deviation = shard.outlook().deviation();
        double seconds = 0;
        for (int h = 0; h < Math.max(node.expected.length, expected.length); h++) {
            double load = h < node.expected.length ? node.expected[h] : 0;
            double variance = variance(node, h);
            if (h < expected.length) {
                load += sign * expected[h];
                variance = Math.max(0, variance + (double) sign * deviation[h] * deviation[h]);
            }
            seconds += MINUTE_SECONDS * probability(node.node.capacity(), load, variance);
        }
        return seconds;
    }

    /** What the source gains, less what the target loses: noise that many shards share is not mended by a move. */
    private static double gain(Sums source, Sums target, ShardView shard) {
        return secondsAbove(source)
                - secondsAbove(source, shard, -1)
                + secondsAbove(target)
                - secondsAbove(target, shard, 1);
    }

    private static double probability(double limit, double load, double variance) {
        return 1 / (1 + Math.exp(1.702 * (limit - load) / (Math.sqrt(variance) + 1e-9)));
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
        var promised = promises.of(node);
        var shard = promised == null ? choose(node, excess, cause) : promised.shard();
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
        double load = shard.peak();
        var promisee = promised == null ? null : work.nodes.of(promised.descriptor().target());
        var target = promisee != null && fits(promisee, node, load) ? promisee : target(takers, node, load);
        boolean isCopied = target != null && promised != null && promised.isPreparedFor(target.node.name());
        var cost = Cost.of(isCopied ? 0 : shard.bytes(), policy.bytesPerSecond(), load);
        double seconds = target == null ? secondsAbove(node) : gain(node, target, shard);
        var benefit = new Benefit(seconds, 1 - (node.expectedPeak() - load) / node.node.capacity(), 0);
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
        if (cause == Cause.FORECAST && !isWorthIt(node, cost, benefit, promised != null)) {
            return false;
        }
        boolean isMade = cause == Cause.FORECAST && !isDue(node, cost)
                ? announce(node, shard, proposal, promised)
                : propose(node, proposal, promised);
        if (isMade) {
            node.take(shard, -1);
            node.shards.remove(shard);
            target.take(shard, 1);
        }
        return isMade;
    }

    private boolean propose(Sums node, Proposal proposal, MovePromises.@Nullable Promised promised) {
        var reason =
                switch (proposal.cause()) {
                    case BY_HAND -> "the node drains";
                    case LIMIT_PASSED -> "the node is above its capacity";
                    default ->
                        "the node is expected to pass " + Math.round(100 * policy.nodeAt()) + " % of its capacity";
                };
        var target = proposal.target();
        boolean isCopied = promised != null && promised.isPreparedFor(target);
        if (promised != null) {
            promises.take(promised, !isCopied);
        }
        boolean isMade = work.propose(
                proposal,
                inputs(node),
                List.of("none"),
                reason + "; " + target + (isCopied ? " has a copy already" : " is the least used"));
        if (promised != null) {
            boolean isUsed = promised.descriptor().target().equals(target);
            promises.end(promised, isMade && isUsed ? Descriptor.State.USED : Descriptor.State.WITHDRAWN);
        }
        return isMade;
    }

    /** What can wait is copied ahead, so that it takes but a moment when its hour comes. */
    private boolean announce(Sums node, ShardView shard, Proposal proposal, MovePromises.@Nullable Promised promised) {
        int first = firstAbove(node);
        double confidence = confidence(node);
        boolean isKept = promised != null && promised.descriptor().target().equals(proposal.target());
        if (isKept) {
            promises.keep(promised, work.view.nowMillis() + MINUTE_MILLIS * first, confidence);
            return true;
        }
        boolean isEarly = first > policy.leadMinutes() + AHEAD * copyMinutes(proposal.cost());
        var forbidden = isEarly || confidence < ANNOUNCED_PROBABILITY
                ? text("above its threshold in %d minutes only, with a probability of %.2f", first, confidence)
                : work.forbidden(proposal);
        if (!forbidden.isEmpty()) {
            work.none(
                    node.node.name(),
                    inputs(node),
                    List.of("announce"),
                    forbidden,
                    proposal.cost(),
                    proposal.benefit());
            return false;
        }
        promises.add(new Descriptor(
                PlanKind.MOVE,
                shard.id(),
                shard.range(),
                shard.range().from(),
                proposal.target(),
                work.view.nowMillis() + MINUTE_MILLIS * first,
                confidence,
                Descriptor.State.ANNOUNCED), shard);
        work.record(new Decision(
                work.view.nowMillis(),
                shard.id().toString(),
                "announce",
                inputs(node),
                List.of("move now"),
                "its node is expected to pass " + Math.round(100 * policy.nodeAt()) + " % of its capacity in "
                        + (first + 1) + " minutes: copied ahead to " + proposal.target(),
                proposal.cost(),
                proposal.benefit(),
                OptionalDouble.empty()));
        return true;
    }

    /** A copy takes its time: what is expected only after it need not be moved yet. */
    private boolean isDue(Sums node, Cost cost) {
        return firstAbove(node) <= policy.leadMinutes() + copyMinutes(cost);
    }

    private static int copyMinutes(Cost cost) {
        return (int) Math.ceil(cost.copySeconds() / MINUTE_SECONDS);
    }

    private boolean isWorthIt(Sums node, Cost cost, Benefit benefit, boolean isPromised) {
        double worth =
                benefit.violationSecondsAvoided() * work.view.experience().worth(PlanKind.MOVE, policy);
        double foreseen = GAIN_SHARE * MINUTE_SECONDS * node.expected.length;
        double least = Math.max(GAIN_FACTOR * policy.gainSecondsMin(), foreseen) / (isPromised ? 2 : 1);
        if (worth < least + cost.disruptionSeconds()) {
            work.none(
                    node.node.name(),
                    inputs(node),
                    List.of("move"),
                    "the gain is worth " + Math.round(worth) + " s, less than the cost of "
                            + Math.round(cost.disruptionSeconds())
                            + " s and the least gain of " + Math.round(least) + " s",
                    cost,
                    benefit);
            return false;
        }
        return true;
    }

    /**
     * Of the shards that relieve enough the one with the fewest bytes; where none does, the one that relieves most. Of
     * a node that drains, and loses them all, the one with the most load for each byte that is copied: so the load as a
     * whole waits least for its copies (Smith, "Various optimizers for single-stage production", Naval Research
     * Logistics Quarterly, 1956).
     */
    private @Nullable ShardView choose(Sums node, double excess, Cause cause) {
        var first = cause == Cause.BY_HAND
                ? Comparator.comparingDouble((ShardView shard) -> -shard.peak() / Math.max(1, shard.bytes()))
                : Comparator.comparingDouble((ShardView shard) -> -Math.min(shard.peak(), Math.max(excess, 1e-9)));
        return node.shards.stream()
                .filter(shard -> work.isFree(shard)
                        && (cause != Cause.FORECAST || shard.settledMinutes() >= policy.sustainMinutes()))
                .filter(shard -> cause == Cause.BY_HAND || shard.peak() > WORTH_A_MOVE * node.node.capacity())
                .min(first.thenComparingLong(ShardView::bytes).thenComparing(ShardView::id))
                .orElse(null);
    }

    private @Nullable Sums target(List<Sums> takers, Sums source, double load) {
        Sums best = null;
        for (var taker : takers) {
            if (fits(taker, source, load) && (best == null || taker.expectedUse() < best.expectedUse())) {
                best = taker;
            }
        }
        return best;
    }

    private boolean fits(Sums taker, Sums source, double load) {
        return taker != source
                && !taker.node.draining()
                && taker.expectedPeak() + load <= TARGET_USE_MAX * taker.node.capacity()
                && taker.copies < policy.copiesPerNode();
    }

    /** Returns how likely it is that the node passes its capacity at all. */
    private static double confidence(Sums node) {
        double most = 0;
        for (int h = 0; h < node.expected.length; h++) {
            most = Math.max(most, probability(node.node.capacity(), node.expected[h], variance(node, h)));
        }
        return most;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static Map<String, Double> inputs(Sums node) {
        return Map.of(
                "nodeLoadPerSecond", node.load(),
                "nodeExpectedPeakPerSecond", node.expectedPeak(),
                "nodeCapacityPerSecond", node.node.capacity());
    }
}
