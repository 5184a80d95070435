package io.forelog.metadata;

import java.util.Locale;

/** When an append is acknowledged; each one promises what those before it do. */
public enum Ack {
    /** It is on the leader. */
    LEADER,
    /** It is on a majority of replicas. */
    QUORUM,
    /** It is on every live replica, at least a majority. */
    ALL,
    /** As {@code ALL}, and it is in the regional and, for a critical log, the global cache. */
    CACHES;

    /** @throws IllegalArgumentException if {@code name} is none; the message lists them */
    public static Ack parse(String name) {
        for (var ack : values()) {
            if (ack.toString().equals(name)) {
                return ack;
            }
        }
        throw new IllegalArgumentException("ack is leader, quorum, all or caches, not '" + name + "'");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
