package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
import java.time.Instant;

/** Plans that were begun, as JSON. */
final class PlanJson {

    private PlanJson() {}

    static ObjectNode of(Plan plan) {
        var change = plan.change();
        var json = Call.JSON.createObjectNode()
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
        return json.put("bytesMoved", plan.bytesMoved())
                .put("cancellable", plan.state().isCancellable())
                .put("rollbackable", plan.state() == PlanState.WATCH);
    }
}
