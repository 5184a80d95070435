package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Divides shards that are, or will be, above their limit. */
final class SplitRule {

    /** A split whose hotter child keeps more than this does not help; the key that is to blame is named. */
    private static final double HOTTER_SHARE_MAX = 0.9;

    private static final double INDIVISIBLE_SHARE = 0.6;
    private static final double ANNOUNCED_PROBABILITY = 0.5;

    private final RoundWork work;
    private final Policy policy;
    private final Map<ShardId, Descriptor> announced = new HashMap<>();

    SplitRule(RoundWork work) {
        this.work = work;
        policy = work.policy;
        for (var descriptor : work.view.announced()) {
            if (descriptor.kind() == PlanKind.SPLIT) {
                announced.put(descriptor.parent(), descriptor);
            }
        }
    }

    void run() {
        for (var shard : work.view.shards()) {
            consider(shard);
        }
        // What is left was announced for shards that are gone.
        announced.values().forEach(gone -> work.descriptors.add(gone.in(Descriptor.State.WITHDRAWN)));
    }

    private void consider(ShardView shard) {
        var descriptor = announced.remove(shard.id());
        boolean passed = policy.mode().reacts() && shard.heldAbove(policy.shardLimit(), policy.sustainMinutes());
        int firstAbove =
                policy.mode().foresees() ? shard.outlook().firstAbove(policy.splitAt() * policy.shardLimit()) : -1;
        if (!passed && firstAbove < 0) {
            withdraw(descriptor);
            return;
        }
        if (!work.isFree(shard)) {
            keep(descriptor);
            return;
        }
        if (passed || firstAbove <= policy.leadMinutes()) {
            split(shard, passed, firstAbove, descriptor);
        } else {
            announce(shard, firstAbove, descriptor);
        }
    }

    private void split(ShardView shard, boolean passed, int firstAbove, @Nullable Descriptor descriptor) {
        var point = shard.curve().best();
        double limit = policy.shardLimit();
        double now = shard.outlook().secondsAbove(limit, 1);
        double after = shard.outlook().secondsAbove(limit, point.hotterShare());
        var benefit = new Benefit(now - after, 1 - point.hotterShare() * shard.peak() / limit, 0);
        var inputs = inputs(shard, firstAbove, point);
        var hot = shard.curve().indivisible(INDIVISIBLE_SHARE);
        if (!hot.isEmpty() && point.hotterShare() > HOTTER_SHARE_MAX) {
            new SpreadRule(work).spread(shard, hot.getFirst(), inputs, passed ? "" : forecast(shard, firstAbove));
            withdraw(descriptor);
            return;
        }
        if (shard.range().from() == shard.range().last()) {
            work.none(
                    shard.id().toString(), inputs, List.of("split"), "its range is a single hash", Cost.NONE, benefit);
            return;
        }
        double worth = work.view.experience().worth(PlanKind.SPLIT, policy);
        var cost = Cost.of(0, policy.bytesPerSecond(), 0);
        if (!passed && benefit.violationSecondsAvoided() * worth < policy.gainSecondsMin() + cost.disruptionSeconds()) {
            if (work.isRecording()) {
                work.none(
                        shard.id().toString(),
                        inputs,
                        List.of("split"),
                        text(
                                "a split would avoid %.0f s above the limit, worth %.0f s after experience;"
                                        + " it takes %.0f",
                                benefit.violationSecondsAvoided(),
                                benefit.violationSecondsAvoided() * worth,
                                policy.gainSecondsMin()),
                        cost,
                        benefit);
            }
            keep(descriptor);
            return;
        }
        // The upper child begins empty: it goes to whoever made itself ready for it, at no cost.
        boolean elsewhere = descriptor != null
                && descriptor.state() == Descriptor.State.PREPARED
                && !descriptor.target().equals(shard.node());
        var proposal = new Proposal(
                PlanKind.SPLIT,
                passed ? Cause.LIMIT_PASSED : Cause.FORECAST,
                List.of(shard.id()),
                OptionalLong.of(point.at()),
                elsewhere ? shard.node() : "",
                elsewhere ? descriptor.target() : "",
                forecast(shard, firstAbove),
                cost,
                benefit);
        var reason = passed
                ? text(
                        "above %.0f/s for %d minutes; the hotter part keeps %.0f %%",
                        limit, policy.sustainMinutes(), 100 * point.hotterShare())
                : text("%s; the hotter part keeps %.0f %%", forecast(shard, firstAbove), 100 * point.hotterShare());
        boolean made = work.propose(proposal, inputs, List.of("none: " + text("%.0f s above the limit", now)), reason);
        if (descriptor != null) {
            work.descriptors.add(made ? descriptor.in(Descriptor.State.USED) : descriptor);
        }
    }

    private void announce(ShardView shard, int firstAbove, @Nullable Descriptor descriptor) {
        var point = shard.curve().best();
        double confidence = shard.outlook().probabilityAbove(policy.splitAt() * policy.shardLimit(), firstAbove);
        if (confidence < ANNOUNCED_PROBABILITY) {
            withdraw(descriptor);
            return;
        }
        work.descriptors.add(new Descriptor(
                PlanKind.SPLIT,
                shard.id(),
                shard.range(),
                point.at(),
                target(shard, descriptor),
                work.view.nowMillis() + 60_000L * firstAbove,
                confidence,
                descriptor == null ? Descriptor.State.ANNOUNCED : descriptor.state()));
        if (!work.isRecording()) {
            return;
        }
        work.record(new Decision(
                work.view.nowMillis(),
                shard.id().toString(),
                "announce",
                inputs(shard, firstAbove, point),
                List.of("split now"),
                forecast(shard, firstAbove) + ": announced, too early to act",
                Cost.NONE,
                Benefit.NONE,
                OptionalDouble.empty()));
    }

    /** The node that is used least takes the upper part, unless another one is making itself ready already. */
    private String target(ShardView shard, @Nullable Descriptor descriptor) {
        if (descriptor != null) {
            return descriptor.target();
        }
        return work.nodes.takersLeastUsedFirst().stream()
                .findFirst()
                .filter(taker ->
                        taker.expectedUse() < work.nodes.of(shard.node()).expectedUse())
                .map(taker -> taker.node.name())
                .orElse(shard.node());
    }

    private void withdraw(@Nullable Descriptor descriptor) {
        if (descriptor != null) {
            work.descriptors.add(descriptor.in(Descriptor.State.WITHDRAWN));
        }
    }

    private void keep(@Nullable Descriptor descriptor) {
        if (descriptor != null) {
            work.descriptors.add(descriptor);
        }
    }

    private Map<String, Double> inputs(ShardView shard, int firstAbove, LoadCurve.Point point) {
        return Map.of(
                "loadPerSecond", shard.load(),
                "expectedPeakPerSecond", shard.peak(),
                "limitPerSecond", policy.shardLimit(),
                "minutesToLimit", (double) firstAbove,
                "hotterShare", point.hotterShare());
    }

    private String forecast(ShardView shard, int firstAbove) {
        return firstAbove < 0
                ? ""
                : text(
                        "%s expects more than %.0f/s in %d minutes",
                        shard.outlook().model(), policy.splitAt() * policy.shardLimit(), firstAbove + 1);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
