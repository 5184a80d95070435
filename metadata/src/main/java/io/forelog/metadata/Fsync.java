package io.forelog.metadata;

import java.util.Locale;

/** When an append is forced to disk. */
public enum Fsync {
    /** Before it is acknowledged. */
    ALWAYS,
    /** Within 50 ms after it was acknowledged from memory. */
    INTERVAL;

    /** @throws IllegalArgumentException if {@code name} is none; the message lists them */
    public static Fsync parse(String name) {
        for (var fsync : values()) {
            if (fsync.toString().equals(name)) {
                return fsync;
            }
        }
        throw new IllegalArgumentException("fsync is always or interval, not '" + name + "'");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
