package io.forelog.manager;

import io.forelog.metadata.KeyRange;

/**
 * A split announced before it is needed.
 *
 * @param range of the parent
 * @param at the first hash of the upper child, such that both carry like load
 * @param target the node that shall take the upper child
 * @param whenMillis when the parent is expected to pass its limit, since the epoch
 * @param confidence probability that it does by then, from 0 to 1
 */
public record Descriptor(
        ShardId parent, KeyRange range, long at, String target, long whenMillis, double confidence, State state) {

    /** What became of the announcement. */
    public enum State {
        /** Anyone may prepare for it. */
        ANNOUNCED,
        /** Copies are in place and caches warm. */
        PREPARED,
        /** The split was made. */
        USED,
        /** The forecast failed; nothing was changed. */
        WITHDRAWN
    }

    /** Returns this descriptor in another state. */
    public Descriptor in(State next) {
        return new Descriptor(parent, range, at, target, whenMillis, confidence, next);
    }
}
