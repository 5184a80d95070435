package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;

/** Plans that were begun, as JSON. */
final class PlanJson {

    private static final double MICROS = 1000;
    private static final long[] BOUNDS_MILLIS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000};

    private PlanJson() {}

    /** Writes how long the cutovers of plans stopped appends: how many no longer than which bound, and quantiles. */
    static void putPauses(ObjectNode into, Collection<Plan> plans) {
        long[] micros = plans.stream()
                .mapToLong(Plan::pauseMicros)
                .filter(each -> each > 0)
                .sorted()
                .toArray();
        into.put("count", micros.length);
        into.put("p50Millis", quantile(micros, 0.5));
        into.put("p99Millis", quantile(micros, 0.99));
        into.put("maxMillis", quantile(micros, 1));
        var buckets = into.putArray("buckets");
        for (long bound : BOUNDS_MILLIS) {
            long within =
                    Arrays.stream(micros).filter(each -> each <= bound * MICROS).count();
            buckets.addObject().put("upToMillis", bound).put("count", within);
        }
    }

    private static double quantile(long[] ascending, double share) {
        return ascending.length == 0 ? 0 : ascending[(int) Math.ceil(share * ascending.length) - 1] / MICROS;
    }

    static ObjectNode of(Plan plan) {
        var change = plan.change();
        var json = Call.JSON
                .createObjectNode()
                .put("id", plan.id())
                .put("dryRun", false)
                .put("kind", plan.kind().name())
                .put("cause", plan.cause().name())
                .put("state", plan.state().name())
                .put("log", change.log());
        var shards = json.putArray("shards");
        change.shards().forEach(shards::add);
        change.at().ifPresent(at -> json.put("at", KeyRange.hex(at)));
        var children = json.putArray("children");
        change.children().forEach(child -> children.addObject()
                .put("shard", child.number())
                .put("from", KeyRange.hex(child.from()))
                .put("last", KeyRange.hex(child.last())));
        if (!change.key().isEmpty()) {
            json.put("key", change.key());
        }
        if (plan.route().moves()) {
            json.put("source", plan.route().source()).put("target", plan.route().target());
        }
        if (plan.undoes() != 0) {
            json.put("undoes", plan.undoes());
        }
        var steps = json.putArray("steps");
        for (var step : plan.steps()) {
            steps.addObject()
                    .put("state", step.state().name())
                    .put("at", Instant.ofEpochMilli(step.atMillis()).toString())
                    .put("note", step.note());
        }
        json.put("forecast", plan.expected().forecast());
        ControlJson.put(json.putObject("cost"), plan.expected().cost());
        ControlJson.put(json.putObject("benefit"), plan.expected().benefit());
        var checks = json.putArray("checks");
        plan.checks().forEach(check -> checks.addObject()
                .put("name", check.name())
                .put("passed", check.passed())
                .put("detail", check.detail()));
        if (plan.pauseMicros() > 0) {
            json.put("pauseMillis", plan.pauseMicros() / MICROS);
        }
        return json.put("bytesMoved", plan.bytesMoved())
                .put("progress", plan.progress())
                .put("cancellable", plan.state().isCancellable())
                .put("rollbackable", plan.state() == PlanState.WATCH);
    }
}
