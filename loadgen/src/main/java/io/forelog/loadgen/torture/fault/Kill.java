package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** A node ends without a word, as with a power cut of which the disk knows nothing, and is started again. */
final class Kill implements Fault {

    private String victim = "";

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> begin(Scene scene) {
        victim = scene.anyNode();
        scene.cluster().kill(victim);
        return Optional.of(victim);
    }

    @Override
    public void end(Scene scene) throws IOException {
        scene.cluster().start(victim);
    }
}
