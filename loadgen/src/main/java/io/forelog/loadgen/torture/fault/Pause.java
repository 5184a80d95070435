package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** A node stands still, with all its connections open, and goes on later as if no time had passed. */
final class Pause implements Fault {

    private String victim = "";

    @Override
    public String name() {
        return "pause";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> begin(Scene scene) throws IOException, InterruptedException {
        victim = scene.anyNode();
        scene.cluster().pause(victim);
        return Optional.of(victim);
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        scene.cluster().resume(victim);
    }
}
