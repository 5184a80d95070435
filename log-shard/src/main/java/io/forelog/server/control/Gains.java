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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * What plans have really gained in the hour after them; the manager's thresholds follow it. Of a split that a forecast
 * asked for: the seconds that its parent would have been above its limit, had the children's load been its own, less
 * those that a child was. Of such a move: the seconds that its source would have been above its capacity, had the shard
 * stayed, less those that its target was because it came. Of a merge: whether its shard stayed below the limit, and was
 * not split again.
 *
 * <p>What other shards a node led at the time is not kept: those that it leads now stand for them.
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
            var shards = plan.change().shards().stream()
                    .map(shard -> plan.change().log() + ":" + shard)
                    .toList();
            var action = plan.kind().name().toLowerCase(Locale.ROOT);
            return decision.subject().equals(String.join("+", shards))
                    && decision.action().equals(action)
                    && Math.abs(decision.atMillis() - plan.steps().getFirst().atMillis()) < MINUTE_MILLIS;
        }
    }

    private final Set<Long> measured = new LinkedHashSet<>();
    private volatile Experience experience = Experience.NONE;

    Experience experience() {
        return experience;
    }

    /**
     * What plans are measured by.
     *
     * @param limit of a shard, in requests a second
     * @param capacity of a node, by its name; 0 if it is not known
     * @param loads of a shard by the name of its statistics: requests a second by the minute
     */
    record Measures(double limit, ToDoubleFunction<String> capacity, Function<String, Map<Long, Double>> loads) {}

    /**
     * Measures the plans whose hour is over, each once.
     *
     * @param minute that runs now
     */
    List<Gained> measure(ClusterState state, Measures by, long minute) {
        var found = new ArrayList<Gained>();
        for (var plan : state.plans().all()) {
            boolean isOver = isPromise(plan)
                    && (plan.state() == PlanState.WATCH || plan.state() == PlanState.DONE)
                    && minute - cutMinute(plan) > MINUTES
                    && state.find(plan.change().incarnation()) != null;
            if (isOver && measured.add(plan.id())) {
                double gained = gained(plan, state, by);
                // One shard less is what a merge promises.
                double promised = plan.kind() == PlanKind.MERGE
                        ? 1
                        : plan.expected().benefit().violationSecondsAvoided();
                experience = experience.after(plan.kind(), promised, gained);
                found.add(new Gained(plan, plan.kind() == PlanKind.MERGE ? 0 : gained));
            }
        }
        while (measured.size() > MEASURED_MAX) {
            measured.remove(measured.iterator().next());
        }
        return found;
    }

    private static boolean isPromise(Plan plan) {
        return switch (plan.kind()) {
            case SPLIT, MOVE -> plan.cause() == Cause.FORECAST;
            case MERGE -> plan.cause() == Cause.IDLE;
            case ARCHIVE, PIN -> false;
        };
    }

    private static double gained(Plan plan, ClusterState state, Measures by) {
        long from = cutMinute(plan);
        var children = plan.change().children().stream()
                .map(child -> by.loads().apply(name(plan, child)))
                .toList();
        return switch (plan.kind()) {
            case SPLIT -> seconds(children, from, by.limit());
            case MERGE -> isMissed(plan, state, children.getFirst(), from, by.limit()) ? 0 : 1;
            default -> relieved(plan, state, by, from);
        };
    }

    private static boolean isMissed(Plan merge, ClusterState state, Map<Long, Double> load, long from, double limit) {
        int child = merge.change().children().getFirst().number();
        boolean again = state.plans().all().stream()
                .anyMatch(plan -> plan.kind() == PlanKind.SPLIT
                        && plan.change().concerns(merge.change().incarnation(), child)
                        && cutMinute(plan) <= from + MINUTES);
        return again
                || LongStream.rangeClosed(from + 1, from + MINUTES)
                        .anyMatch(minute -> load.getOrDefault(minute, 0.0) > limit);
    }

    /** By how much shorter the two nodes of a move were above their capacities. */
    private static double relieved(Plan plan, ClusterState state, Measures by, long from) {
        var route = plan.route();
        var moved = by.loads()
                .apply(Accesses.name(
                        plan.change().incarnation(), plan.change().shards().getFirst()));
        var source = led(route.source(), plan, state, by);
        var target = led(route.target(), plan, state, by);
        double sourceMax = by.capacity().applyAsDouble(route.source());
        double targetMax = by.capacity().applyAsDouble(route.target());
        double gained = 0;
        for (long minute = from + 1; minute <= from + MINUTES; minute++) {
            double load = moved.getOrDefault(minute, 0.0);
            double left = source.getOrDefault(minute, 0.0);
            double taken = target.getOrDefault(minute, 0.0);
            gained += sourceMax > 0 && left <= sourceMax && left + load > sourceMax ? MINUTE_SECONDS : 0;
            gained -= targetMax > 0 && taken <= targetMax && taken + load > targetMax ? MINUTE_SECONDS : 0;
        }
        return gained;
    }

    /** Returns the load of the shards that a node leads, but for the one that moved. */
    private static Map<Long, Double> led(String node, Plan plan, ClusterState state, Measures by) {
        var sum = new HashMap<Long, Double>();
        for (var log : state.logs().values()) {
            for (var shard : log.shards().open()) {
                if (node.equals(state.group(shard).leader())
                        && !plan.change().concerns(log.incarnation(), shard.number())) {
                    by.loads()
                            .apply(Accesses.name(log.incarnation(), shard.number()))
                            .forEach((minute, load) -> sum.merge(minute, load, Double::sum));
                }
            }
        }
        return sum;
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
