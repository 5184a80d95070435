package io.forelog.loadgen.torture.fault;

import java.util.Optional;

/** The members of the regional cache lose each other at once: each is alone with its part, until they meet again. */
final class DeadHazelcast implements Fault {

    @Override
    public String name() {
        return "hazelcast-dead";
    }

    @Override
    public Lane lane() {
        return Lane.CACHES;
    }

    @Override
    public Optional<String> begin(Scene scene) {
        scene.cluster().endRegionalCache();
        return Optional.of("Hazelcast");
    }

    @Override
    public void end(Scene scene) {
        scene.cluster().healRegionalCache();
    }
}
