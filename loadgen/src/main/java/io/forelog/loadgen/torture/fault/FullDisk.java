package io.forelog.loadgen.torture.fault;

import io.forelog.loadgen.torture.cluster.SmallDisk;
import java.io.IOException;
import java.util.Optional;

/** The disk of one node fills: to below what the node keeps free, or to the last byte. Then there is space again. */
final class FullDisk implements Fault {

    private static final long LEAST_LEFT_BYTES = 16 << 20;

    @Override
    public String name() {
        return "full-disk";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> impossible(Scene scene) {
        return scene.disk().isPresent()
                ? Optional.empty()
                : Optional.of("a disk that can be filled is a mount, which needs root");
    }

    @Override
    public Optional<String> begin(Scene scene) throws IOException {
        var disk = scene.disk().orElseThrow();
        boolean wholly = scene.random().nextBoolean();
        disk.fill(wholly ? 0 : LEAST_LEFT_BYTES);
        return Optional.of(disk.node() + (wholly ? " to the last byte" : " but for 16 MiB"));
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        SmallDisk disk = scene.disk().orElseThrow();
        disk.empty();
        var cluster = scene.cluster();
        if (!cluster.isAlive(disk.node())) {
            // A node whose disk fails stops rather than go on with what it may not have written.
            cluster.kill(disk.node());
            cluster.start(disk.node());
        }
    }
}
