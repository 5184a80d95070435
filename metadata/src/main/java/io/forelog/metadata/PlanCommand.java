package io.forelog.metadata;

import io.forelog.error.PlanConflictException;
import io.forelog.plan.Cause;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanState;
import java.util.List;

/**
 * A step of a plan: a pure function from one state of the cluster to the next. Whoever leads what a step needs sends
 * it, and sends it again if in doubt; a step that was taken already changes nothing.
 */
public sealed interface PlanCommand {

    /** Changes nothing: whoever sends it wants to know when it was its turn. */
    PlanCommand NOTHING = new Measured(0, 0, 0);

    /**
     * Returns the state after this step; the same state if it is not due.
     *
     * @throws io.forelog.error.ForelogException if it is refused; nothing changes
     */
    ClusterState apply(ClusterState state);

    /**
     * Begins a plan; it gets the next id.
     *
     * @param plan in its first state
     */
    record Begin(Plan plan) implements PlanCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            PlanRules.requireAllowed(plan, state);
            return state.with(state.plans().begun(plan));
        }
    }

    /**
     * Brings a plan from one state to another that changes nothing for its shards.
     *
     * @param from where it is believed to be; if it is elsewhere, nothing changes
     * @param checks what validation found since
     * @param bytesMoved copied so far, in all
     */
    record Advance(
            long id, PlanState from, PlanState to, long atMillis, String note, List<Check> checks, long bytesMoved)
            implements PlanCommand {

        public Advance {
            checks = List.copyOf(checks);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().find(id);
            if (plan == null || plan.state() != from) {
                return state;
            }
            var next = plan;
            for (var check : checks) {
                next = next.with(check);
            }
            next = next.moved(bytesMoved);
            return state.with(state.plans().with(next.to(to, atMillis, note)));
        }
    }

    /**
     * Tells what was measured of a plan: never less than what is known.
     *
     * @param bytesMoved copied so far, in all
     * @param pauseMicros for how long nobody took appends at its cutover, where that was measured
     */
    record Measured(long id, long bytesMoved, long pauseMicros) implements PlanCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().find(id);
            if (plan == null || bytesMoved <= plan.bytesMoved() && pauseMicros <= plan.pauseMicros()) {
                return state;
            }
            return state.with(state.plans().with(plan.moved(bytesMoved).paused(pauseMicros)));
        }
    }

    /**
     * Tells what validation found of a plan that is watched; only the first time that it does.
     *
     * @param checks the last of them named {@link Plan#LAST_CHECK}
     */
    record Validated(long id, List<Check> checks) implements PlanCommand {

        public Validated {
            checks = List.copyOf(checks);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().find(id);
            if (plan == null || plan.state() != PlanState.WATCH || plan.isValidated()) {
                return state;
            }
            var next = plan;
            for (var check : checks) {
                next = next.with(check);
            }
            return state.with(state.plans().with(next));
        }
    }

    /** Ends a plan that has changed nothing for anyone yet. */
    record Cancel(long id, long atMillis) implements PlanCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().plan(id);
            if (plan.state() == PlanState.CANCELLED) {
                return state;
            }
            if (!plan.state().isCancellable()) {
                throw new PlanConflictException("plan " + id + " is " + plan.state()
                        + "; it can be cancelled before its cutover, and rolled back while it is watched");
            }
            return state.with(state.plans().with(plan.to(PlanState.CANCELLED, atMillis, "")));
        }
    }

    /**
     * Lets the cutover of a plan begin. From here on only those who lead its shards may give it up, for as long as none
     * of these has ended; then the leaders of its groups see it through. It waits while another plan of the log makes
     * shards, for their numbers are dense.
     *
     * @param checks what was compared before
     */
    record CutOver(long id, PlanState from, long atMillis, List<Check> checks) implements PlanCommand {

        public CutOver {
            checks = List.copyOf(checks);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().find(id);
            if (plan == null || plan.state() != from || PlanRules.mustWait(plan, state)) {
                return state;
            }
            var log = state.log(plan.change().log());
            var ready = plan.reshapes() ? plan.into(PlanRules.children(plan, log)) : plan;
            for (var check : checks) {
                ready = ready.with(check);
            }
            return state.with(state.plans().with(ready.to(PlanState.CUTOVER, atMillis, "")));
        }
    }

    /**
     * Tells what the cutover of a plan has come to; the last news of it changes the map.
     *
     * @param sealed shards that take no more appends where they were
     * @param opened shards that are there, for when the map says so
     * @param epochBase of a shard that moved
     */
    record Cut(long id, List<Integer> sealed, List<Integer> opened, int epochBase, long atMillis)
            implements PlanCommand {

        public Cut {
            sealed = List.copyOf(sealed);
            opened = List.copyOf(opened);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().find(id);
            if (plan == null || plan.state() != PlanState.CUTOVER) {
                return state;
            }
            var progress = plan.cutover().and(sealed, opened);
            if (progress.equals(plan.cutover())) {
                return state;
            }
            var next = plan.at(progress);
            return PlanRules.isCut(next)
                    ? PlanRules.cut(next, epochBase, atMillis, state)
                    : state.with(state.plans().with(next));
        }
    }

    /** Takes back a plan that is being watched, by another plan that does the opposite. */
    record RollBack(long id, Cause cause, long atMillis) implements PlanCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var plan = state.plans().plan(id);
            var undoing = state.plans().active(other -> other.undoes() == id);
            if (plan.state() == PlanState.ROLLED_BACK || undoing != null) {
                return state;
            }
            if (plan.state() != PlanState.WATCH) {
                throw new PlanConflictException(
                        "plan " + id + " is " + plan.state() + "; only one that is watched can be rolled back");
            }
            var opposite = PlanRules.opposite(plan, cause, atMillis, state);
            PlanRules.requireAllowed(opposite, state);
            return state.with(state.plans().begun(opposite));
        }
    }
}
