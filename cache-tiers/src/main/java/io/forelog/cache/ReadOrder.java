package io.forelog.cache;

/** What is asked first after the local cache, on a node that holds a replica of the record's shard. */
public enum ReadOrder {

    /** The replica: a microsecond, if its disk is fast or its pages are in memory. */
    OWNER_FIRST,

    /** The shared tiers: for shards on slow disks. They are asked whatever they cost beside a replica at hand. */
    TIERS_FIRST
}
