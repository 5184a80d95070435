package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** The global cache stands still with its connections open, so that each call of it waits as long as a node lets it. */
final class SlowRedis implements Fault {

    @Override
    public String name() {
        return "redis-slow";
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
    public Optional<String> begin(Scene scene) throws IOException, InterruptedException {
        scene.redis().orElseThrow().pause();
        return Optional.of("Redis");
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        scene.redis().orElseThrow().resume();
    }
}
