package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PlanLimitsTest {

    private static final long BEGAN = 1_000_000;
    private final PlanLimits limits = new PlanLimits();

    @Test
    void aPlanWhoseTurnNeverComesIsGivenUpAndNotBefore() {
        assertThat(limits.overdue(begun(), after(PlanLimits.PREPARE_MAX))).isEmpty();
        assertThat(limits.overdue(begun(), after(PlanLimits.PREPARE_MAX) + 1)).isPresent();
    }

    @Test
    void aCopyThatNeverBeganIsGivenUpByAnyLeaderWhoeverLookedBefore() {
        assertThat(limits.overdue(copying(), after(PlanLimits.COPY_STALLED_MAX)))
                .isEmpty();
        assertThat(new PlanLimits().overdue(copying(), after(PlanLimits.COPY_STALLED_MAX) + 1))
                .hasValueSatisfying(why -> assertThat(why).contains("nothing more was copied"));
    }

    @Test
    void aCopyThatGoesOnMayTakeDaysAndOneThatStopsIsGivenUp() {
        var plan = copying();
        long now = BEGAN;
        for (int hour = 1; hour <= 50; hour++) {
            now += PlanLimits.COPY_STALLED_MAX.toMillis();
            plan = plan.moved(hour * 1_000L);
            assertThat(limits.overdue(plan, now)).isEmpty();
        }

        assertThat(limits.overdue(plan, now + PlanLimits.COPY_STALLED_MAX.toMillis()))
                .isEmpty();
        assertThat(limits.overdue(plan, now + PlanLimits.COPY_STALLED_MAX.toMillis() + 1))
                .isPresent();
    }

    @Test
    void aTailMayTakeTwiceAsLongAsItsCopyAndAFewMinutesAtLeast() {
        var quick = copying().to(PlanState.CATCH_UP, BEGAN, "");
        assertThat(limits.overdue(quick, after(PlanLimits.CATCH_UP_MIN))).isEmpty();
        assertThat(limits.overdue(quick, after(PlanLimits.CATCH_UP_MIN) + 1)).isPresent();

        var copied = Duration.ofHours(1);
        var slow = copying().to(PlanState.CATCH_UP, after(copied), "");
        assertThat(limits.overdue(slow, after(copied.multipliedBy(3)))).isEmpty();
        assertThat(limits.overdue(slow, after(copied.multipliedBy(3)) + 1)).isPresent();
    }

    @Test
    void whatIsWatchedOrOverIsNeverOverdue() {
        var cut = begun().to(PlanState.CUTOVER, BEGAN, "");
        var watched = cut.to(PlanState.WATCH, BEGAN, "");
        var done = watched.to(PlanState.DONE, BEGAN, "");

        assertThat(List.of(watched, done))
                .allSatisfy(plan -> assertThat(limits.overdue(plan, after(Duration.ofDays(400))))
                        .isEqualTo(Optional.empty()));
    }

    private static long after(Duration duration) {
        return BEGAN + duration.toMillis();
    }

    private static Plan copying() {
        return begun().to(PlanState.COPY, BEGAN, "");
    }

    private static Plan begun() {
        return Plan.of(
                        PlanKind.MOVE,
                        Cause.BY_HAND,
                        new Change("log", 1, List.of(0), OptionalLong.empty(), List.of()),
                        new Route("", 0, "", 1),
                        new Expected("", Cost.NONE, Benefit.NONE),
                        BEGAN)
                .withId(7);
    }
}
