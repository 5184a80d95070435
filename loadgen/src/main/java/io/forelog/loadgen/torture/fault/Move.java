package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** A shard moves to the group that another node leads. */
final class Move extends Reshape {

    @Override
    public String name() {
        return "move";
    }

    @Override
    Optional<Asked> ask(Scene scene) throws IOException, InterruptedException {
        var moved = scene.any(open(scene));
        int shard = moved.path("shard").asInt();
        var to = scene.any(scene.cluster().others(moved.path("leader").asText()));
        return Optional.of(
                new Asked(path(scene, shard, "move"), "{\"to\":\"" + to + "\"}", "shard " + shard + " to " + to));
    }
}
