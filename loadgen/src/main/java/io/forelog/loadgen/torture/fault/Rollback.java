package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/** A plan that is watched is taken back. */
final class Rollback extends Reshape {

    @Override
    public String name() {
        return "rollback";
    }

    @Override
    Optional<Asked> ask(Scene scene) throws IOException, InterruptedException {
        var watched = new ArrayList<String>();
        for (var plan : scene.cluster().json(scene.anyLiving(), "/v1/plans").path("plans")) {
            if (plan.path("state").asText().equals("WATCH")) {
                watched.add(plan.path("id").asText());
            }
        }
        if (watched.isEmpty()) {
            return Optional.empty();
        }
        var plan = scene.any(watched);
        return Optional.of(new Asked("/v1/plans/" + plan + "/rollback", "", "plan " + plan));
    }
}
