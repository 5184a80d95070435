package io.forelog.loadgen.load;

import java.util.Locale;

/** What a load asks for. */
public enum Workload {
    /** Appends only. */
    APPEND,
    /** Point reads of records that are there; an empty log is filled first. */
    READ,
    /** Appends, and point reads of what this run appended, the newest being the most popular. */
    MIXED,
    /** Appends, with one reader at the end of each shard. */
    TAIL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
