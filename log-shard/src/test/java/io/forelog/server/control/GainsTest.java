package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GainsTest {

    private static final long MINUTE = 1_000;
    private static final long MILLIS = MINUTE * 60_000;
    private static final double LIMIT = 100;

    /** A split at the beginning of the minute, which a forecast asked for: it promised half an hour below the limit. */
    private static ClusterState split() {
        ClusterState state = new JoinNode("n", "disk", "r", "127.0.0.1:1", "127.0.0.1:2").apply(ClusterState.EMPTY);
        state = new CreateLog("log", LogSettings.defaults(1).withShards(1), 0).apply(state);
        var change = new Change("log", 1, List.of(0), OptionalLong.of(Long.MIN_VALUE), List.of());
        var expected = new Expected("", Cost.NONE, new Benefit(1_800, 0.5, 0));
        state = new ChangePlan(new PlanCommand.Begin(
                        Plan.of(PlanKind.SPLIT, Cause.FORECAST, change, Route.NONE, expected, MILLIS)))
                .apply(state);
        state = new ChangePlan(new PlanCommand.CutOver(1, PlanState.PREPARE, MILLIS, List.of())).apply(state);
        return new ChangePlan(new PlanCommand.Cut(1, List.of(0), List.of(1, 2), 0, MILLIS)).apply(state);
    }

    @Test
    void whatASplitGainedIsMeasuredOnceWhenItsHourIsOverAndTheThresholdsFollow() {
        var state = split();
        var loads = new HashMap<Long, Double>();
        // Both children together are above the limit in a quarter of an hour, and neither alone.
        for (long minute = MINUTE + 1; minute <= MINUTE + 15; minute++) {
            loads.put(minute, 60.0);
        }
        var gains = new Gains();

        assertThat(gains.measure(state, LIMIT, name -> loads, MINUTE + 30)).isEmpty();
        var measured = gains.measure(state, LIMIT, name -> loads, MINUTE + 61);

        assertThat(measured).singleElement().extracting(Gains.Gained::seconds).isEqualTo(900.0);
        assertThat(gains.experience().plans()).isEqualTo(1);
        assertThat(gains.experience().split()).isBetween(0.9, 0.99);
        assertThat(gains.measure(state, LIMIT, name -> loads, MINUTE + 62)).isEmpty();
    }

    @Test
    void aForecastThatFailedGainsNothing() {
        var gains = new Gains();

        assertThat(gains.measure(split(), LIMIT, name -> Map.of(), MINUTE + 61))
                .singleElement()
                .extracting(Gains.Gained::seconds)
                .isEqualTo(0.0);
        assertThat(gains.experience().split()).isLessThan(0.95);
    }
}
