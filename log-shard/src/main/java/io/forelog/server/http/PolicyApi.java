package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.manager.Policy;
import io.forelog.metadata.MetadataCommand.PutPolicy;
import io.forelog.metadata.MetadataStore;
import io.forelog.plan.PlanKind;
import io.forelog.server.control.ControlPlane;
import io.forelog.server.control.Policies;
import java.util.LinkedHashMap;
import java.util.Map;

/** When the shard manager acts: shown, and replaced as a whole. */
final class PolicyApi {

    private final MetadataStore metadata;
    private final ControlPlane control;

    PolicyApi(MetadataStore metadata, ControlPlane control) {
        this.metadata = metadata;
        this.control = control;
    }

    void register(Routes routes) {
        routes.get(
                "/v1/policy",
                call -> call.json(200, json(Policies.of(metadata.state().policy()))));
        routes.put("/v1/policy", this::put);
    }

    private void put(Call call) {
        var body = call.jsonBody();
        Map<String, Double> thresholds = new LinkedHashMap<>();
        body.path("thresholds")
                .properties()
                .forEach(each -> thresholds.put(each.getKey(), each.getValue().doubleValue()));
        var stored = Policies.stored(
                body.get("mode").textValue(), thresholds, body.path("adjusts").asBoolean(true));
        call.on(metadata.submit(new PutPolicy(stored)), state -> call.json(200, json(Policies.of(state.policy()))));
    }

    private ObjectNode json(Policy policy) {
        var document = Call.JSON.createObjectNode().put("mode", policy.mode().label());
        var thresholds = document.putObject("thresholds");
        Policies.thresholds(policy).forEach((name, value) -> {
            if (value == Math.rint(value)) {
                thresholds.put(name, value.longValue());
            } else {
                thresholds.put(name, value);
            }
        });
        document.put("adjusts", policy.adjusts());
        // It follows what plans really gained; until one was carried out, it is what was set.
        var experience = control.experience();
        var adjusting = document.putObject("adjusting");
        ControlJson.put(
                adjusting, "gainSecondsMin", policy.gainSecondsMin() / experience.worth(PlanKind.SPLIT, policy));
        ControlJson.put(adjusting, "gainedOfPredicted", experience.split());
        ControlJson.put(
                adjusting, "moveGainSecondsMin", policy.gainSecondsMin() / experience.worth(PlanKind.MOVE, policy));
        ControlJson.put(adjusting, "movesGainedOfPredicted", experience.move());
        ControlJson.put(adjusting, "mergeAt", policy.mergeAt() * experience.worth(PlanKind.MERGE, policy));
        ControlJson.put(adjusting, "mergesKept", experience.merge());
        adjusting.put("plansMeasured", experience.plans());
        return document;
    }
}
