package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** Two neighbours become one shard. */
final class Merge extends Reshape {

    private static final int SHARDS_MIN = 3;

    @Override
    public String name() {
        return "merge";
    }

    @Override
    Optional<Asked> ask(Scene scene) throws IOException, InterruptedException {
        var open = open(scene);
        if (open.size() < SHARDS_MIN) {
            return Optional.empty();
        }
        int at = scene.random().nextInt(open.size() - 1);
        int shard = open.get(at).path("shard").asInt();
        int with = open.get(at + 1).path("shard").asInt();
        return Optional.of(
                new Asked(path(scene, shard, "merge"), "{\"with\":" + with + "}", "shards " + shard + " and " + with));
    }
}
