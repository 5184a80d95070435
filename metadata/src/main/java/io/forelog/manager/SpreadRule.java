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

/**
 * Spreads the reads of keys that no split can divide over more nodes, and takes that back when they have cooled: below
 * the share of the limit at which shards are merged, which is well below the one at which a key gets there.
 */
final class SpreadRule {

    /** What leaves the leader with more than this is of no help. */
    private static final double LEADER_SHARE_MAX = 0.9;

    private final RoundWork work;
    private final Policy policy;

    SpreadRule(RoundWork work) {
        this.work = work;
        policy = work.policy;
    }

    /** Takes back what is not needed any more; what someone asked for stays as long as was said. */
    void release() {
        var newest = new HashMap<String, PinView>();
        for (var pin : work.view.pins()) {
            newest.merge(pin.shard() + " " + pin.key(), pin, (one, other) -> one.plan() > other.plan() ? one : other);
        }
        for (var pin : work.view.pins()) {
            var latest = newest.get(pin.shard() + " " + pin.key());
            if (pin.byHand()) {
                continue;
            }
            if (latest != pin) {
                release(pin, Map.of(), "plan " + latest.plan() + " took its place");
                continue;
            }
            work.view.shards().stream()
                    .filter(shard -> shard.id().equals(pin.shard()))
                    .findFirst()
                    .ifPresentOrElse(
                            shard -> releaseIfCool(pin, shard),
                            () -> release(pin, Map.of(), "its shard takes no appends any more"));
        }
    }

    private void releaseIfCool(PinView pin, ShardView shard) {
        double least = policy.mergeAt() * policy.shardLimit();
        double load = shard.curve().loadOf(pin.key());
        boolean isExpected = policy.mode().foresees()
                && shard.outlook().firstAbove(policy.splitAt() * policy.shardLimit()) >= 0;
        if (load < least && !isExpected && !shard.heldAbove(policy.shardLimit(), policy.sustainMinutes())) {
            release(
                    pin,
                    Map.of("keyLoadPerSecond", load, "limitPerSecond", policy.shardLimit()),
                    text(
                            "the key %s carries %.0f/s, less than %.0f: its reads need no more nodes",
                            pin.key(), load, least));
        }
    }

    private void release(PinView pin, Map<String, Double> inputs, String reason) {
        work.releases.add(pin.plan());
        work.record(new Decision(
                work.view.nowMillis(),
                pin.shard().toString(),
                "unpin",
                inputs,
                List.of("none: keep plan " + pin.plan()),
                reason,
                Cost.NONE,
                Benefit.NONE,
                OptionalDouble.empty()));
    }

    /**
     * Decides about the hottest key of a shard that is, or will be, above its limit, and that no split relieves.
     *
     * @param forecast by which it will be; empty if it is
     */
    void spread(ShardView shard, LoadCurve.HotKey key, Map<String, Double> inputs, String forecast) {
        double limit = policy.shardLimit();
        var spread = Spread.of(shard, key, work.view.nodes().size(), limit);
        var benefit = spread.benefit(shard, limit);
        var figures = new HashMap<>(inputs);
        figures.put("keyLoadPerSecond", key.load());
        figures.put("keyReadsPerSecond", spread.reads());
        figures.put("replicas", (double) shard.replicas());
        var what = text("the key %s alone carries %.0f/s, %.0f of them reads", key.name(), key.load(), spread.reads());
        var pinned = work.view.pins().stream()
                .filter(pin -> pin.shard().equals(shard.id()) && pin.key().equals(key.name()))
                .filter(pin -> !spread.everywhere() || pin.isEverywhere(shard.replicas(), limit))
                .findFirst();
        if (pinned.isPresent()) {
            none(shard, figures, what + ": spread already, by plan " + pinned.get().plan(), spread.cost(), benefit);
        } else if (spread.nodes() < 2) {
            none(shard, figures, what + ": there is no other node to serve them", Cost.NONE, Benefit.NONE);
        } else if (spread.leaderShare() > LEADER_SHARE_MAX) {
            none(shard, figures, what + ": appends are ordered by one node", spread.cost(), benefit);
        } else {
            propose(shard, key, spread, figures, what, forecast);
        }
    }

    private void none(ShardView shard, Map<String, Double> inputs, String reason, Cost cost, Benefit benefit) {
        if (work.isRecording()) {
            work.none(shard.id().toString(), inputs, List.of("split", "pin"), reason, cost, benefit);
        }
    }

    private void propose(
            ShardView shard,
            LoadCurve.HotKey key,
            Spread spread,
            Map<String, Double> inputs,
            String what,
            String forecast) {
        var proposal = new Proposal(
                PlanKind.PIN,
                forecast.isEmpty() ? Cause.LIMIT_PASSED : Cause.FORECAST,
                List.of(shard.id()),
                OptionalLong.of(key.hash()),
                "",
                "",
                forecast,
                spread.cost(),
                spread.benefit(shard, policy.shardLimit()),
                key.name());
        var split = "split: at any point the hotter part keeps nearly all of the load";
        work.propose(
                proposal,
                inputs,
                spread.everywhere()
                        ? List.of(
                                split,
                                text("replicas alone: %d of them for %.0f reads/s", shard.replicas(), spread.reads()))
                        : List.of(split, "the caches of all nodes: the replicas are enough"),
                text(
                        "%s: read by %s, %d nodes, instead of a split",
                        what,
                        spread.everywhere() ? "read replicas and the caches of all" : "the replicas",
                        spread.nodes()));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
