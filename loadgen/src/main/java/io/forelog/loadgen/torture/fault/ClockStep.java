package io.forelog.loadgen.torture.fault;

import io.forelog.loadgen.torture.cluster.FakeClock;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One node's wall clock steps ahead or back. */
final class ClockStep implements Fault {

    private static final List<Integer> SECONDS = List.of(-3600, -30, -2, 2, 30, 3600);

    private String victim = "";

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> impossible(Scene scene) {
        return FakeClock.isInstalled() ? Optional.empty() : Optional.of("libfaketime is not installed");
    }

    @Override
    public Optional<String> begin(Scene scene) throws IOException {
        victim = scene.anyNode();
        int seconds = scene.any(SECONDS);
        FakeClock.set(scene.cluster().folder(victim), seconds);
        return Optional.of(victim + " by " + seconds + " s");
    }

    @Override
    public void end(Scene scene) throws IOException {
        FakeClock.set(scene.cluster().folder(victim), 0);
    }
}
