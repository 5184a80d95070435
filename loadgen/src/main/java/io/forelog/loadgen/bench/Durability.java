package io.forelog.loadgen.bench;

import java.util.Locale;

/** When what was acknowledged is on disk; each peer has its own words for it. */
public enum Durability {
    /** Before it is acknowledged. */
    ALWAYS,
    /** Some time after: as often as the peer does it by itself. */
    INTERVAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
