package io.forelog.manager;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A change of the shard map under way, or done.
 *
 * @param id raised by each plan
 * @param shards whom it concerns: one, or the two neighbours of a merge in the order of their ranges
 * @param at the first hash of the upper child, of a split
 * @param target the node that takes over what moves; empty if nothing moves
 * @param forecast what the forecast said, in words; empty if none was asked
 * @param steps the states passed, with their times
 * @param checks what validation found
 * @param bytesMoved copied so far
 */
public record Plan(
        long id,
        PlanKind kind,
        Cause cause,
        PlanState state,
        List<ShardId> shards,
        OptionalLong at,
        String target,
        String forecast,
        Cost cost,
        Benefit benefit,
        List<Step> steps,
        List<Check> checks,
        long bytesMoved) {

    /**
     * A state that the plan came to.
     *
     * @param atMillis since the epoch
     */
    public record Step(PlanState state, long atMillis, String note) {}

    /** One thing that validation compared. */
    public record Check(String name, boolean passed, String detail) {}

    public Plan {
        shards = List.copyOf(shards);
        steps = List.copyOf(steps);
        checks = List.copyOf(checks);
    }

    /**
     * Returns this plan in its next state.
     *
     * @throws IllegalStateException if {@code next} cannot follow
     */
    public Plan to(PlanState next, long atMillis, String note) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("plan " + id + " is " + state + " and cannot become " + next);
        }
        return new Plan(
                id, kind, cause, next, shards, at, target, forecast, cost, benefit,
                append(steps, new Step(next, atMillis, note)),
                checks, bytesMoved);
    }

    /** Returns this plan after {@code check}. */
    public Plan with(Check check) {
        return new Plan(
                id, kind, cause, state, shards, at, target, forecast, cost, benefit, steps, append(checks, check),
                bytesMoved);
    }

    /** Returns this plan after {@code bytes} were copied in all. */
    public Plan moved(long bytes) {
        return new Plan(id, kind, cause, state, shards, at, target, forecast, cost, benefit, steps, checks, bytes);
    }

    private static <T> List<T> append(List<T> list, T last) {
        var longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
