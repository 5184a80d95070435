package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** A shard is divided into two. */
final class Split extends Reshape {

    private static final int SHARDS_MAX = 10;

    @Override
    public String name() {
        return "split";
    }

    @Override
    Optional<Asked> ask(Scene scene) throws IOException, InterruptedException {
        var open = open(scene);
        if (open.size() >= SHARDS_MAX) {
            return Optional.empty();
        }
        var range = scene.any(open);
        int shard = range.path("shard").asInt();
        return Optional.of(new Asked(path(scene, shard, "split"), "{}", "shard " + shard));
    }
}
