package io.forelog.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Plan MOVE = Plan.of(
                    PlanKind.MOVE,
                    Cause.BY_HAND,
                    new Change("log", 3, List.of(1), OptionalLong.empty(), List.of()),
                    new Route("a", 0, "b", 1),
                    new Expected("", Cost.NONE, Benefit.NONE),
                    100)
            .withId(7);

    @Test
    void aMigrationPassesAllStatesAndKeepsTheirTimes() {
        var plan = MOVE;
        for (var state : List.of(
                PlanState.COPY,
                PlanState.CATCH_UP,
                PlanState.VERIFY,
                PlanState.CUTOVER,
                PlanState.WATCH,
                PlanState.DONE)) {
            plan = plan.to(state, 200, "note");
        }

        assertThat(plan.steps()).hasSize(7);
        assertThat(plan.state().isFinal()).isTrue();
    }

    @Test
    void noStateIsSkippedOrLeftOnceFinal() {
        assertThatThrownBy(() -> MOVE.to(PlanState.DONE, 0, ""))
                .hasMessageContaining("plan 7 is PREPARE and cannot become DONE");
        var failed = MOVE.to(PlanState.FAILED, 0, "");
        for (var state : PlanState.values()) {
            assertThat(failed.state().mayBecome(state)).isFalse();
        }
    }

    @Test
    void afterCutoverAPlanIsRolledBackAndNotCancelled() {
        assertThat(PlanState.WATCH.isCancellable()).isFalse();
        assertThat(PlanState.WATCH.mayBecome(PlanState.ROLLED_BACK)).isTrue();
        assertThat(PlanState.COPY.isCancellable()).isTrue();
        assertThat(PlanState.COPY.mayBecome(PlanState.ROLLED_BACK)).isFalse();
    }
}
