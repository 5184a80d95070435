package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bit turns in a closed segment on one node's disk. The node may refuse to give what is there, never give it wrongly;
 * in the end its disk is replaced, as an operator does.
 */
final class FlippedBit implements Fault {

    private String victim = "";

    @Override
    public String name() {
        return "flip";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> begin(Scene scene) throws IOException {
        victim = scene.anyNode();
        var segments = Disks.closedSegments(scene.cluster().data(victim));
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        scene.cluster().stop(victim);
        Path file = scene.any(segments);
        long at = Disks.flip(file, scene.random());
        scene.cluster().start(victim);
        return Optional.of(victim + " at byte " + at + " of "
                + scene.cluster().data(victim).relativize(file));
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        scene.cluster().kill(victim);
        Disks.wipe(scene.cluster().data(victim));
        scene.cluster().start(victim);
        scene.cluster().awaitVoters();
        scene.cluster().awaitLag(Disks.LAG_UNDER_LOAD);
    }
}
