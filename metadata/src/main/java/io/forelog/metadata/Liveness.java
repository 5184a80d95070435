package io.forelog.metadata;

import java.util.Set;

/**
 * Which nodes answer, as the node that leads the metadata sees it.
 *
 * @param silent names of nodes that do not answer now: they are given nothing
 * @param dead names of those that have not answered for so long that others take their place
 */
public record Liveness(Set<String> silent, Set<String> dead) {

    public static final Liveness ALL = new Liveness(Set.of(), Set.of());

    public Liveness {
        silent = Set.copyOf(silent);
        dead = Set.copyOf(dead);
    }
}
