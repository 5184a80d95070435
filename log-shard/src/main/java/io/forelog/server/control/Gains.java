package io.forelog.server.control;

import io.forelog.manager.Decision;
import io.forelog.manager.Experience;
import io.forelog.metadata.ClusterState;
import io.forelog.plan.Cause;
import io.forelog.plan.Change.Child;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What splits that a forecast asked for have really gained: the seconds that their parent would have been above its
 * limit in the hour after, had the children's load been its own, less those that a child was. The manager's thresholds
 * follow it. What cannot be known afterwards, how busy a node would have been without a move, is not guessed.
 *
 * <p>Safe for use by any thread; {@link #measure} by one.
 */
final class Gains {

    /** As far ahead as plans promise something. */
    private static final int MINUTES = Forecasts.MINUTES_AHEAD;

    private static final int MINUTE_SECONDS = 60;
    private static final long MINUTE_MILLIS = 60_000;
    private static final int MEASURED_MAX = 5_000;

    /** What a plan for a shard gained. */
    record Gained(Plan plan, double seconds) {

        /** Returns whether the plan came of a decision. */
        boolean isOf(Decision decision) {
            var subject = plan.change().log() + ":" + plan.change().shards().getFirst();
            return decision.subject().equals(subject)
                    && decision.action().equals("split")
                    && Math.abs(decision.atMillis() - plan.steps().getFirst().atMillis()) < MINUTE_MILLIS;
        }
    }

    private final Set<Long> measured = new LinkedHashSet<>();
    private volatile Experience experience = Experience.NONE;

    Experience experience() {
        return experience;
    }

    /**
     * Measures the plans whose hour is over, each once.
     *
     * @param loads of a shard by the name of its statistics: requests a second by the minute
     * @param minute that runs now
     */
    List<Gained> measure(ClusterState state, double limit, Function<String, Map<Long, Double>> loads, long minute) {
        var found = new ArrayList<Gained>();
        for (var plan : state.plans().all()) {
            boolean isOver = plan.kind() == PlanKind.SPLIT
                    && plan.cause() == Cause.FORECAST
                    && (plan.state() == PlanState.WATCH || plan.state() == PlanState.DONE)
                    && minute - cutMinute(plan) > MINUTES;
            if (isOver && measured.add(plan.id())) {
                var children = plan.change().children().stream()
                        .map(child -> loads.apply(name(plan, child)))
                        .toList();
                double seconds = seconds(children, cutMinute(plan), limit);
                experience = experience.after(
                        PlanKind.SPLIT, plan.expected().benefit().violationSecondsAvoided(), seconds);
                found.add(new Gained(plan, seconds));
            }
        }
        while (measured.size() > MEASURED_MAX) {
            measured.remove(measured.iterator().next());
        }
        return found;
    }

    private static String name(Plan plan, Child child) {
        return Accesses.name(plan.change().incarnation(), child.number());
    }

    private static long cutMinute(Plan plan) {
        for (var step : plan.steps()) {
            if (step.state() == PlanState.WATCH) {
                return Math.floorDiv(step.atMillis(), MINUTE_MILLIS);
            }
        }
        return Long.MAX_VALUE / 2;
    }

    private static double seconds(List<Map<Long, Double>> children, long from, double limit) {
        double gained = 0;
        for (long minute = from + 1; minute <= from + MINUTES; minute++) {
            double together = 0;
            double hotter = 0;
            for (var child : children) {
                double load = child.getOrDefault(minute, 0.0);
                together += load;
                hotter = Math.max(hotter, load);
            }
            gained += MINUTE_SECONDS * ((together > limit ? 1 : 0) - (hotter > limit ? 1 : 0));
        }
        return gained;
    }
}
