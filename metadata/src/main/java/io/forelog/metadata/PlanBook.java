package io.forelog.metadata;

import io.forelog.error.NoSuchPlanException;
import io.forelog.error.PlanConflictException;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The plans that the cluster knows: all that are under way, and the latest of those that ended.
 *
 * @param nextId what the next plan gets
 * @param plans by id
 */
public record PlanBook(long nextId, Map<Long, Plan> plans) {

    public static final PlanBook EMPTY = new PlanBook(1, Map.of());

    /** Under way at once, in all. */
    public static final int ACTIVE_MAX = 1_000;
    /** The oldest that ended go. */
    public static final int PLANS_MAX = 2_000;

    public PlanBook {
        plans = Map.copyOf(plans);
    }

    /** Returns the plan, or null. */
    public @Nullable Plan find(long id) {
        return plans.get(id);
    }

    /** @throws NoSuchPlanException if there is none */
    public Plan plan(long id) {
        var plan = plans.get(id);
        if (plan == null) {
            throw new NoSuchPlanException(id);
        }
        return plan;
    }

    /** Returns the plans in the order of their ids. */
    public Collection<Plan> all() {
        return new TreeMap<>(plans).values();
    }

    /** Returns the first plan under way for which something holds, or null. */
    public @Nullable Plan active(Predicate<Plan> holds) {
        return all().stream()
                .filter(plan -> !plan.state().isFinal())
                .filter(holds)
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the plan under way that a shard waits for, or null; one that only watches keeps nobody from a next one.
     */
    public @Nullable Plan changing(long log, int shard) {
        return active(plan -> plan.change().concerns(log, shard)
                && !(plan.state() == PlanState.WATCH && plan.kind() != PlanKind.MOVE));
    }

    PlanBook begun(Plan plan) {
        if (plans.values().stream().filter(known -> !known.state().isFinal()).count() >= ACTIVE_MAX) {
            throw new PlanConflictException(ACTIVE_MAX + " plans are under way; wait for some to end");
        }
        var next = new TreeMap<>(plans);
        next.put(nextId, plan.withId(nextId));
        for (var id : new TreeMap<>(plans).keySet()) {
            if (next.size() <= PLANS_MAX) {
                break;
            }
            if (plans.get(id).state().isFinal()) {
                next.remove(id);
            }
        }
        return new PlanBook(nextId + 1, next);
    }

    PlanBook with(Plan plan) {
        var next = new TreeMap<>(plans);
        next.put(plan.id(), plan);
        return new PlanBook(nextId, next);
    }

    /** Returns this without the plans of a deleted log. */
    PlanBook without(long log) {
        var next = new TreeMap<>(plans);
        next.values().removeIf(plan -> plan.change().incarnation() == log);
        return next.size() == plans.size() ? this : new PlanBook(nextId, next);
    }
}
