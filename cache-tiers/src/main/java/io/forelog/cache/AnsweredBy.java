package io.forelog.cache;

/** Who answered a read, nearest first. */
public enum AnsweredBy {

    /** The cache in this node's memory. */
    LOCAL,

    /** The cache that the nodes of a region share. */
    REGIONAL,

    /** The cache that all regions share. */
    GLOBAL,

    /** A replica of the shard, on this node or another. */
    SHARD
}
