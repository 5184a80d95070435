package io.forelog.manager;

import io.forelog.metadata.KeyRange;
import io.forelog.plan.PlanKind;

/**
 * A split or a move announced before it is needed.
 *
 * @param kind {@code SPLIT} or {@code MOVE}
 * @param parent the shard that shall be divided, or moved
 * @param range of the parent
 * @param at the first hash of what shall go to the target: of a split such that both children carry like load, of a
 *     move that of the range
 * @param target the node that shall take the upper child, or the shard
 * @param whenMillis when the parent, or its node, is expected to pass its limit, since the epoch
 * @param confidence probability that it does by then, from 0 to 1
 */
public record Descriptor(
        PlanKind kind,
        ShardId parent,
        KeyRange range,
        long at,
        String target,
        long whenMillis,
        double confidence,
        State state) {

    /** What became of the announcement. */
    public enum State {
        /** Anyone may prepare for it. */
        ANNOUNCED,
        /** Copies are in place and caches warm. */
        PREPARED,
        /** What was announced was done. */
        USED,
        /** The forecast failed; nothing was changed. */
        WITHDRAWN
    }

    /** Returns this descriptor in another state. */
    public Descriptor in(State next) {
        return new Descriptor(kind, parent, range, at, target, whenMillis, confidence, next);
    }
}
