package io.forelog.loadgen.torture.fault;

import java.util.List;
import java.util.Optional;

/** Nodes do not hear each other, all or some of them, in both directions or in one; callers reach all of them. */
final class Partition implements Fault {

    private enum Shape {
        CUT_OFF,
        DEAF,
        MUTE,
        CUT_FROM_ONE,
        MUTE_TO_ONE
    }

    @Override
    public String name() {
        return "partition";
    }

    @Override
    public Lane lane() {
        return Lane.NODES;
    }

    @Override
    public Optional<String> begin(Scene scene) {
        var cluster = scene.cluster();
        var victim = scene.anyNode();
        var peer = scene.any(cluster.others(victim));
        var shape = scene.any(List.of(Shape.values()));
        switch (shape) {
            case CUT_OFF ->
                cluster.others(victim).forEach(other -> {
                    cluster.cut(other, victim);
                    cluster.cut(victim, other);
                });
            case DEAF -> cluster.others(victim).forEach(other -> cluster.cut(other, victim));
            case MUTE -> cluster.others(victim).forEach(other -> cluster.cut(victim, other));
            case CUT_FROM_ONE -> {
                cluster.cut(victim, peer);
                cluster.cut(peer, victim);
            }
            case MUTE_TO_ONE -> cluster.cut(victim, peer);
        }
        return Optional.of(
                switch (shape) {
                    case CUT_OFF -> victim + " from all others";
                    case DEAF -> victim + " hears nobody";
                    case MUTE -> "nobody hears " + victim;
                    case CUT_FROM_ONE -> victim + " from " + peer;
                    case MUTE_TO_ONE -> peer + " does not hear " + victim;
                });
    }

    @Override
    public void end(Scene scene) {
        scene.cluster().heal();
    }
}
