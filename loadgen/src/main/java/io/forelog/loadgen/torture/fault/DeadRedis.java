package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** The global cache ends, and comes back empty. */
final class DeadRedis implements Fault {

    @Override
    public String name() {
        return "redis-dead";
    }

    @Override
    public Lane lane() {
        return Lane.CACHES;
    }

    @Override
    public Optional<String> impossible(Scene scene) {
        return scene.redis().isPresent() ? Optional.empty() : Optional.of("redis-server is not installed");
    }

    @Override
    public Optional<String> begin(Scene scene) {
        scene.redis().orElseThrow().kill();
        return Optional.of("Redis");
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        scene.redis().orElseThrow().start();
    }
}
