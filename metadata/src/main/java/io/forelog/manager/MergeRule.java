package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Joins neighbours that have been, and will be, far below the limit together.
 *
 * <p>Where they are led by two nodes, the bytes of the lighter one are charged, though a merge moves none, as {@link
 * ByHand#merge} says: a price for the load that goes to another node. Without it hybrid's bytes in {@code rehearse}
 * were more than 1.5 times those of reactive, which merges more, for 14 of 32 generated {@code flash} loads (1 with it;
 * median 1.46 for 1.03), with as many seconds above the limit.
 */
final class MergeRule {

    /** What is on two nodes has to be idle for so much longer. */
    private static final int COPYING_SETTLE_FACTOR = 8;

    private final RoundWork work;
    private final Policy policy;
    private final String settling;
    private final Map<String, Integer> open = new HashMap<>();

    MergeRule(RoundWork work) {
        this.work = work;
        policy = work.policy;
        settling = "changed less than " + policy.settleMinutes() + " minutes ago";
    }

    void run() {
        // By log first: sorting all shards of a large cluster by their logs' names takes longer than all the rest.
        var byLog = new HashMap<String, List<ShardView>>();
        for (var shard : work.view.shards()) {
            byLog.computeIfAbsent(shard.id().log(), log -> new ArrayList<>()).add(shard);
        }
        byLog.keySet().stream().sorted().forEach(log -> run(log, byLog.get(log)));
    }

    private void run(String log, List<ShardView> ordered) {
        open.put(log, ordered.size());
        ordered.sort((one, other) ->
                Long.compareUnsigned(one.range().from(), other.range().from()));
        for (int i = 0; i + 1 < ordered.size(); i++) {
            var lower = ordered.get(i);
            var upper = ordered.get(i + 1);
            if (lower.range().isFollowedBy(upper.range())) {
                consider(lower, upper);
            }
        }
    }

    private void consider(ShardView lower, ShardView upper) {
        double at = policy.mergeAt() * work.view.experience().worth(PlanKind.MERGE, policy);
        double bound = at * policy.shardLimit();
        boolean idle = lower.heldBelow(bound, policy.idleMinutes())
                && upper.heldBelow(bound, policy.idleMinutes())
                && togetherBelow(lower, upper, bound);
        if (!idle
                || !work.isFree(lower)
                || !work.isFree(upper)
                || open.getOrDefault(lower.id().log(), 0) <= policy.shardsMin()) {
            return;
        }
        boolean moves = !lower.node().equals(upper.node());
        var mover = lower.bytes() <= upper.bytes() ? lower : upper;
        var stayer = mover == lower ? upper : lower;
        double dayPeak = lower.outlook().dayPeak() + upper.outlook().dayPeak();
        int settled = Math.min(lower.settledMinutes(), upper.settledMinutes());
        var refusal = refusal(moves, settled, dayPeak);
        if (!refusal.isEmpty() && !work.isRecording()) {
            return;
        }
        var inputs = Map.of(
                "loadPerSecond", lower.load() + upper.load(), "dayPeakPerSecond", dayPeak, "settledMinutes", (double)
                        settled);
        var cost = Cost.of(moves ? mover.bytes() : 0, policy.bytesPerSecond(), moves ? mover.load() : 0);
        var benefit = new Benefit(0, 1 - dayPeak / policy.shardLimit(), 1);
        if (!refusal.isEmpty()) {
            work.none(lower.id() + "+" + upper.id(), inputs, List.of("merge"), refusal, cost, benefit);
            return;
        }
        var proposal = new Proposal(
                PlanKind.MERGE,
                Cause.IDLE,
                List.of(lower.id(), upper.id()),
                OptionalLong.empty(),
                moves ? mover.node() : "",
                moves ? stayer.node() : "",
                "",
                cost,
                benefit);
        var reason = "together below " + Math.round(100 * at) + " % of the limit for "
                + policy.idleMinutes() + " minutes";
        if (work.propose(proposal, inputs, List.of("none: one shard more stays open"), reason)) {
            open.merge(lower.id().log(), -1, Integer::sum);
        }
    }

    /** Returns why two idle neighbours are not merged, or an empty text. */
    private String refusal(boolean moves, int settled, double dayPeak) {
        if (settled < policy.settleMinutes()) {
            return settling;
        }
        if (policy.mode().foresees() && dayPeak > policy.splitAt() * policy.shardLimit() * 0.8) {
            return "idle now, but the day's peak would split it again";
        }
        if (policy.mode().foresees() && moves && settled < COPYING_SETTLE_FACTOR * policy.settleMinutes()) {
            return "on two nodes: one shard less is not worth it until they stay idle";
        }
        return "";
    }

    private boolean togetherBelow(ShardView lower, ShardView upper, double bound) {
        var a = lower.recent();
        var b = upper.recent();
        for (int i = 1; i <= policy.idleMinutes(); i++) {
            if (a[a.length - i] + b[b.length - i] >= bound) {
                return false;
            }
        }
        return true;
    }
}
