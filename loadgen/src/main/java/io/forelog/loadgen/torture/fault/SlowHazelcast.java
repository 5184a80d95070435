package io.forelog.loadgen.torture.fault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the members of the regional cache say to each other comes late, or not at all with the connections open. */
final class SlowHazelcast implements Fault {

    private static final List<Duration> DELAYS = List.of(
            // Within the deadline of a read, beyond it, and for as long as it lasts.
            Duration.ofMillis(10), Duration.ofMillis(300), Duration.ZERO);

    @Override
    public String name() {
        return "hazelcast-slow";
    }

    @Override
    public Lane lane() {
        return Lane.CACHES;
    }

    @Override
    public Optional<String> begin(Scene scene) {
        var delay = scene.any(DELAYS);
        if (delay.isZero()) {
            scene.cluster().holdRegionalCache();
            return Optional.of("Hazelcast, which stands still");
        }
        scene.cluster().slowRegionalCache(delay);
        return Optional.of("Hazelcast by " + delay.toMillis() + " ms");
    }

    @Override
    public void end(Scene scene) {
        scene.cluster().healRegionalCache();
    }
}
