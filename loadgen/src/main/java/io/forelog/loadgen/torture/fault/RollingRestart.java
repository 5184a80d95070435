package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.util.Optional;

/** Node after node is drained, ended in order, started again and given work again, as for an upgrade. */
final class RollingRestart implements Fault {

    @Override
    public String name() {
        return "restart";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> begin(Scene scene) {
        return Optional.of("all nodes, one after another");
    }

    @Override
    public void end(Scene scene) throws IOException, InterruptedException {
        var cluster = scene.cluster();
        for (var node : cluster.names()) {
            cluster.drain(node);
            cluster.stop(node);
            cluster.start(node);
            cluster.undrain(node);
        }
    }
}
