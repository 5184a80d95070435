package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.forecast.LoadHistory;
import io.forelog.manager.Decision;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Proposal;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cost;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.server.control.Forecasts;
import io.forelog.statistics.Frequent;
import io.forelog.statistics.Period;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** What the control plane knows and decides, as JSON. A figure that is none is null. */
final class ControlJson {

    private static final long MINUTE_MILLIS = 60_000;
    /** Of the normal distribution: so many standard deviations on either side hold {@link Forecasts#INTERVAL}. */
    private static final double DEVIATIONS = 1.645;

    private ControlJson() {}

    static ObjectNode decision(Decision decision, boolean begun) {
        var json = Call.JSON
                .createObjectNode()
                .put("at", Instant.ofEpochMilli(decision.atMillis()).toString())
                .put("subject", decision.subject())
                .put("action", decision.action())
                .put("carriedOut", begun)
                .put("reason", decision.reason());
        var inputs = json.putObject("inputs");
        new TreeMap<>(decision.inputs()).forEach((name, value) -> put(inputs, name, value));
        var alternatives = json.putArray("alternatives");
        decision.alternatives().forEach(alternatives::add);
        put(json.putObject("cost"), decision.cost());
        put(json.putObject("benefit"), decision.benefit());
        put(json, "predictedGain", decision.benefit().violationSecondsAvoided());
        put(json, "actualGain", decision.actualGain().orElse(Double.NaN));
        return json;
    }

    static ObjectNode descriptor(Descriptor descriptor) {
        var json = Call.JSON
                .createObjectNode()
                .put("kind", descriptor.kind().name())
                .put("log", descriptor.parent().log())
                .put("parent", descriptor.parent().shard());
        json.putObject("range")
                .put("from", KeyRange.hex(descriptor.range().from()))
                .put("last", KeyRange.hex(descriptor.range().last()));
        json.put("at", KeyRange.hex(descriptor.at())).put("node", descriptor.target());
        json.put("when", Instant.ofEpochMilli(descriptor.whenMillis()).toString());
        put(json, "confidence", descriptor.confidence());
        return json.put("state", descriptor.state().name());
    }

    /** A plan that was not begun: it has no id yet. */
    static ObjectNode plan(Proposal proposal) {
        var json = Call.JSON
                .createObjectNode()
                .putNull("id")
                .put("dryRun", true)
                .put("kind", proposal.kind().name())
                .put("cause", proposal.cause().name())
                .put("state", PlanState.PREPARE.name())
                .put("log", proposal.shards().getFirst().log());
        var shards = json.putArray("shards");
        proposal.shards().forEach(shard -> shards.add(shard.shard()));
        proposal.at().ifPresent(at -> json.put("at", KeyRange.hex(at)));
        if (!proposal.key().isEmpty()) {
            json.put("key", proposal.key());
        }
        if (!proposal.target().isEmpty()) {
            json.put("source", proposal.source()).put("target", proposal.target());
        }
        var steps = json.putArray("steps");
        steps(proposal).forEach(state -> steps.add(state.name()));
        json.put("forecast", proposal.forecast());
        put(json.putObject("cost"), proposal.cost());
        put(json.putObject("benefit"), proposal.benefit());
        json.putArray("checks");
        return json.put("bytesMoved", 0);
    }

    private static List<PlanState> steps(Proposal proposal) {
        if (proposal.kind() == PlanKind.ARCHIVE) {
            return List.of(
                    PlanState.PREPARE,
                    PlanState.COPY,
                    PlanState.VERIFY,
                    PlanState.CUTOVER,
                    PlanState.WATCH,
                    PlanState.DONE);
        }
        boolean copies = proposal.cost().bytes() > 0 || proposal.kind() == PlanKind.MOVE;
        return copies
                ? List.of(
                        PlanState.PREPARE,
                        PlanState.COPY,
                        PlanState.CATCH_UP,
                        PlanState.VERIFY,
                        PlanState.CUTOVER,
                        PlanState.WATCH,
                        PlanState.DONE)
                : List.of(PlanState.PREPARE, PlanState.CUTOVER, PlanState.WATCH, PlanState.DONE);
    }

    static void put(ObjectNode into, Cost cost) {
        into.put("bytes", cost.bytes());
        put(into, "copySeconds", cost.copySeconds());
        put(into, "pauseMillis", cost.pauseMillis());
        put(into, "targetLoad", cost.targetLoad());
        put(into, "disruptionSeconds", cost.disruptionSeconds());
    }

    static void put(ObjectNode into, Benefit benefit) {
        put(into, "violationSecondsAvoided", benefit.violationSecondsAvoided());
        put(into, "headroom", benefit.headroom());
        into.put("shardsSaved", benefit.shardsSaved());
    }

    /** @param now milliseconds since 1970 */
    static void forecast(ObjectNode into, Forecasts.Known known, long now) {
        var outlook = known.outlook();
        into.put("model", outlook.model()).put("interval", Forecasts.INTERVAL).put("unit", "requests per second");
        var backtest = into.putObject("backtest").put("minutesAhead", 15);
        put(backtest, "rootMeanSquareError", known.error());
        var ahead = into.putArray("forecast");
        long minute = Math.floorDiv(now, MINUTE_MILLIS) * MINUTE_MILLIS;
        for (int h = 0; h < outlook.minutes(); h++) {
            double half = DEVIATIONS * outlook.deviation()[h];
            point(ahead, minute + h * MINUTE_MILLIS, outlook.expected()[h], half, half);
        }
        var day = known.day();
        var fitted = known.fitted();
        if (day == null || fitted == null) {
            into.putNull("day");
            return;
        }
        var json = into.putObject("day").put("model", day.model());
        put(json, "backtestError", fitted.chosen().backtestError());
        var candidates = json.putArray("candidates");
        fitted.candidates()
                .forEach(candidate -> put(
                        candidates.addObject().put("model", candidate.model()),
                        "backtestError",
                        candidate.backtestError()));
        var values = json.putArray("forecast");
        for (int h = 0; h < day.horizon(); h++) {
            double value = day.values()[h];
            point(
                    values,
                    minute + h * LoadHistory.BUCKET_MINUTES * MINUTE_MILLIS,
                    value,
                    value - day.lower()[h],
                    day.upper()[h] - value);
        }
    }

    private static void point(ArrayNode into, long at, double value, double below, double above) {
        var json = into.addObject().put("at", Instant.ofEpochMilli(at).toString());
        put(json, "expected", value);
        put(json, "lower", Math.max(0, value - below));
        put(json, "upper", value + above);
    }

    static void loads(ArrayNode into, List<Period> periods) {
        periods.forEach(period -> put(into.addObject().put("at", at(period)), "load", period.load()));
    }

    static String at(Period period) {
        return Instant.ofEpochMilli(period.minute() * MINUTE_MILLIS).toString();
    }

    static void frequent(ArrayNode into, String label, List<Frequent> most) {
        most.forEach(each -> into.addObject().put(label, each.name()).put("accesses", each.accesses()));
    }

    static void put(ObjectNode into, String name, double value) {
        if (Double.isFinite(value)) {
            into.put(name, value);
        } else {
            into.putNull(name);
        }
    }
}
