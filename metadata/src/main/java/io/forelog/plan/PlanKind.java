package io.forelog.plan;

/** What a plan does. */
public enum PlanKind {
    /** One shard into two. */
    SPLIT,
    /** Two neighbours into one. */
    MERGE,
    /** A shard to another node's group. */
    MOVE,
    /** The sealed segments of a shard to the archive store. */
    ARCHIVE,
    /** Read replicas and cache pins for a key that no split can divide. */
    PIN
}
