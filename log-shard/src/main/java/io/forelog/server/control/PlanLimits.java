package io.forelog.server.control;

import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Step;
import io.forelog.plan.PlanState;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How long a plan may stay in each of its states. A plan that is stuck keeps its shards from every other one, and
 * nobody looks at it: so what has changed nothing for anyone yet is given up with a reason, and may be begun again.
 *
 * <p>Not here is the end of a cutover: whether its shards have ended only their groups know, which therefore decide it.
 *
 * <p>What is copied may take as long as it wants while it goes on. How far it was is remembered here alone: another
 * leader counts anew, which gives a copy more time, and never less. Bounded by the plans under way. For one thread at a
 * time.
 */
final class PlanLimits {

    /** The other plan that makes shards, which this one waits for, takes milliseconds, or is given up itself. */
    static final Duration PREPARE_MAX = Duration.ofMinutes(10);

    /**
     * Without another byte. A source that is restarted, or whose group elects, is back in much less; too short, and a
     * large segment on its way to a slow archive counts for nothing.
     */
    static final Duration COPY_STALLED_MAX = Duration.ofMinutes(10);

    /** However short the copy was: a few milliseconds' worth of records take a tick, unless nobody answers. */
    static final Duration CATCH_UP_MIN = Duration.ofMinutes(5);

    /** In so many times what the copy took: a tail that is not reached by then is written faster than copied. */
    private static final int CATCH_UP_COPIES = 2;

    /** A comparison of some records takes much less; one that fails again and again finds something that stays. */
    static final Duration VERIFY_MAX = Duration.ofMinutes(2);

    private final Map<Long, Copied> copies = new HashMap<>();

    /** How much was copied when, at the last change of it. */
    private record Copied(long bytes, long atMillis) {}

    /** Forgets the plans that are not under way any more. */
    void retain(Collection<Plan> plans) {
        copies.keySet()
                .retainAll(plans.stream()
                        .filter(plan -> plan.state() == PlanState.COPY)
                        .map(Plan::id)
                        .collect(Collectors.toSet()));
    }

    /** Returns why a plan is to be given up now, if it is. */
    Optional<String> overdue(Plan plan, long nowMillis) {
        long here = nowMillis - plan.sinceMillis();
        return switch (plan.state()) {
            case PREPARE -> over(here, PREPARE_MAX, "its turn did not come");
            case COPY -> over(stalledMillis(plan, nowMillis), COPY_STALLED_MAX, "nothing more was copied");
            case CATCH_UP -> over(here, catchUpMax(plan), "the copy did not come near the end of its source");
            case VERIFY -> over(here, VERIFY_MAX, "the copy could not be compared with its source");
            case CUTOVER, WATCH, DONE, CANCELLED, ROLLED_BACK, FAILED -> Optional.empty();
        };
    }

    private static Optional<String> over(long millis, Duration max, String what) {
        return millis > max.toMillis() ? Optional.of(what + " within " + max.toSeconds() + " s") : Optional.empty();
    }

    private long stalledMillis(Plan plan, long nowMillis) {
        var copied = copies.merge(
                plan.id(),
                new Copied(plan.bytesMoved(), nowMillis),
                (known, now) -> now.bytes() > known.bytes() ? now : known);
        // What was never seen to move stands since the plan came here, not since somebody looked.
        boolean isUntouched = copied.bytes() == 0;
        return nowMillis - (isUntouched ? plan.sinceMillis() : copied.atMillis());
    }

    private static Duration catchUpMax(Plan plan) {
        long copied = plan.sinceMillis() - cameTo(PlanState.COPY, plan);
        var bySize = Duration.ofMillis(Math.max(0, copied)).multipliedBy(CATCH_UP_COPIES);
        return bySize.compareTo(CATCH_UP_MIN) > 0 ? bySize : CATCH_UP_MIN;
    }

    private static long cameTo(PlanState state, Plan plan) {
        return plan.steps().reversed().stream()
                .filter(step -> step.state() == state)
                .mapToLong(Step::atMillis)
                .findFirst()
                .orElse(plan.sinceMillis());
    }
}
