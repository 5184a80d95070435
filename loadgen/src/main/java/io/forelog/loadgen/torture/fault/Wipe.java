package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** A node loses its disk for good and is started again with an empty one. */
final class Wipe implements Fault {

    private String victim = "";

    @Override
    public String name() {
        return "wipe";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> begin(Scene scene) throws IOException {
        victim = scene.anyNode();
        scene.cluster().kill(victim);
        Disks.wipe(scene.cluster().data(victim));
        return Optional.of(victim);
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        scene.cluster().start(victim);
        scene.cluster().awaitVoters();
        // Only then does each group have all its copies again: who is hurt next may be another.
        scene.cluster().awaitLag(Disks.LAG_UNDER_LOAD);
    }
}
