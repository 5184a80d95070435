package io.forelog.metadata;

/** What may still be done with a shard. */
public enum ShardState {
    /** Takes appends. */
    OPEN,
    /** Takes no more appends: parent of a split or merge. */
    SEALED,
    /** Sealed, and its bytes are in the archive store; still readable. */
    ARCHIVED,
    /** Retention deleted all of it. */
    DELETED
}
