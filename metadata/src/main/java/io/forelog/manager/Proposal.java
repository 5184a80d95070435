package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.Route;
import java.util.List;
import java.util.OptionalLong;

/**
 * A plan that is worth making. Its id is given by the metadata.
 *
 * @param shards one, or two neighbours in the order of their ranges
 * @param at the first hash of the upper child, of a split
 * @param source the node that loses what moves; empty if nothing moves
 * @param target the node that takes over what moves; empty if nothing moves
 * @param forecast what the forecast said, in words; empty if none was asked
 * @param key to pin, or empty
 */
public record Proposal(
        PlanKind kind,
        Cause cause,
        List<ShardId> shards,
        OptionalLong at,
        String source,
        String target,
        String forecast,
        Cost cost,
        Benefit benefit,
        String key) {

    public Proposal {
        shards = List.copyOf(shards);
    }

    /** A proposal that is about no key. */
    public Proposal(
            PlanKind kind,
            Cause cause,
            List<ShardId> shards,
            OptionalLong at,
            String source,
            String target,
            String forecast,
            Cost cost,
            Benefit benefit) {
        this(kind, cause, shards, at, source, target, forecast, cost, benefit, "");
    }

    /**
     * Returns the plan that it is.
     *
     * @param incarnation of the log
     * @param route the groups between which it moves something
     */
    public Plan plan(long incarnation, Route route, long atMillis) {
        var change = new Change(
                shards.getFirst().log(),
                incarnation,
                shards.stream().map(ShardId::shard).toList(),
                at,
                List.of(),
                key);
        return Plan.of(kind, cause, change, route, new Expected(forecast, cost, benefit), atMillis);
    }
}
