package io.forelog.cache;

/** Where a tier is in its life. */
public enum TierState {

    /** Not reachable yet, or not again yet; it tries by itself. */
    STARTING,

    /** Can be asked. */
    READY,

    /** For good. */
    CLOSED
}
