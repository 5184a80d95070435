package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.manager.Mode;
import io.forelog.manager.Policy;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.GroupLed;
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
import java.util.function.Function;
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
        state = new ChangePlan(new PlanCommand.Begin(
                        Plan.of(PlanKind.SPLIT, Cause.FORECAST, change, Route.NONE, expected(1_800), MILLIS)))
                .apply(state);
        state = new ChangePlan(new PlanCommand.CutOver(1, PlanState.PREPARE, MILLIS, List.of())).apply(state);
        return new ChangePlan(new PlanCommand.Cut(1, List.of(0), List.of(1, 2), 0, MILLIS)).apply(state);
    }

    private static Expected expected(double seconds) {
        return new Expected("", Cost.NONE, new Benefit(seconds, 0.5, 0));
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

        assertThat(gains.measure(state, measures(name -> loads), MINUTE + 30)).isEmpty();
        var measured = gains.measure(state, measures(name -> loads), MINUTE + 61);

        assertThat(measured).singleElement().extracting(Gains.Gained::seconds).isEqualTo(900.0);
        assertThat(gains.experience().plans()).isEqualTo(1);
        assertThat(gains.experience().split()).isBetween(0.9, 0.99);
        assertThat(gains.measure(state, measures(name -> loads), MINUTE + 62)).isEmpty();
    }

    private static Gains.Measures measures(Function<String, Map<Long, Double>> loads) {
        return new Gains.Measures(LIMIT, node -> 2 * LIMIT, loads);
    }

    private static ClusterState twoNodes() {
        ClusterState state = ClusterState.EMPTY;
        for (var node : List.of("n", "o")) {
            state = new JoinNode(node, "disk-" + node, "r", "127.0.0.1:1", "127.0.0.1:2").apply(state);
        }
        state = new CreateLog("log", LogSettings.defaults(1).withShards(2), 0).apply(state);
        for (var group : state.groups()) {
            state = new GroupLed(group.id(), group.preferred(), 1).apply(state);
        }
        return state;
    }

    @Test
    void whatAMoveGainedIsHowMuchLongerItsSourceWouldHaveBeenAboveItsCapacity() {
        var state = twoNodes();
        var shard = state.log("log").shards().shards().getFirst();
        int target = 1 - shard.group();
        var route = new Route(
                state.groups().get(shard.group()).preferred(),
                shard.group(),
                state.groups().get(target).preferred(),
                target);
        var change = new Change("log", 1, List.of(0), OptionalLong.empty(), List.of());
        state = new ChangePlan(new PlanCommand.Begin(
                        Plan.of(PlanKind.MOVE, Cause.FORECAST, change, route, expected(1_800), MILLIS)))
                .apply(state);
        for (var step : List.of(PlanState.PREPARE, PlanState.COPY, PlanState.CATCH_UP)) {
            var next = PlanState.values()[step.ordinal() + 1];
            state = new ChangePlan(new PlanCommand.Advance(1, step, next, MILLIS, "", List.of(), 0)).apply(state);
        }
        state = new ChangePlan(new PlanCommand.CutOver(1, PlanState.VERIFY, MILLIS, List.of())).apply(state);
        state = new ChangePlan(new PlanCommand.Cut(1, List.of(0), List.of(0), 0, MILLIS)).apply(state);
        // For ten minutes the shard would have been too much for the node that it left, had it nothing else to do.
        var moved = new HashMap<Long, Double>();
        for (long minute = MINUTE + 1; minute <= MINUTE + 10; minute++) {
            moved.put(minute, 250.0);
        }
        var gains = new Gains();

        var measured = gains.measure(
                state,
                new Gains.Measures(
                        LIMIT,
                        node -> node.equals(route.source()) ? 200 : 1_000,
                        name -> name.equals(Accesses.name(1, 0)) ? moved : Map.of()),
                MINUTE + 61);

        assertThat(measured).singleElement().extracting(Gains.Gained::seconds).isEqualTo(600.0);
        assertThat(gains.experience().move()).isLessThan(1);
        assertThat(gains.experience().split()).isEqualTo(1);
    }

    @Test
    void aMergeThatIsMissedMakesTheNextNeedIdlerNeighbours() {
        var state = twoNodes();
        var change = new Change("log", 1, List.of(0, 1), OptionalLong.empty(), List.of());
        state = new ChangePlan(new PlanCommand.Begin(
                        Plan.of(PlanKind.MERGE, Cause.IDLE, change, Route.NONE, expected(0), MILLIS)))
                .apply(state);
        state = new ChangePlan(new PlanCommand.CutOver(1, PlanState.PREPARE, MILLIS, List.of())).apply(state);
        state = new ChangePlan(new PlanCommand.Cut(1, List.of(0, 1), List.of(2), 0, MILLIS)).apply(state);
        var kept = new Gains();
        var missed = new Gains();

        kept.measure(state, measures(name -> Map.of(MINUTE + 5, LIMIT - 1)), MINUTE + 61);
        missed.measure(state, measures(name -> Map.of(MINUTE + 5, LIMIT + 1)), MINUTE + 61);

        assertThat(kept.experience().merge()).isEqualTo(1);
        assertThat(missed.experience().merge()).isBetween(0.9, 0.95);
        assertThat(missed.experience().worth(PlanKind.MERGE, Policy.of(Mode.HYBRID, LIMIT)))
                .isLessThan(1);
    }

    @Test
    void aForecastThatFailedGainsNothing() {
        var gains = new Gains();

        assertThat(gains.measure(split(), measures(name -> Map.of()), MINUTE + 61))
                .singleElement()
                .extracting(Gains.Gained::seconds)
                .isEqualTo(0.0);
        assertThat(gains.experience().split()).isLessThan(0.95);
    }
}
