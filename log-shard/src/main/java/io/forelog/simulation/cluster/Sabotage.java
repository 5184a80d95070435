package io.forelog.simulation.cluster;

import java.util.Locale;

/** A promise broken on purpose, to prove that the checker notices. */
public enum Sabotage {

    /** Nothing is broken. */
    NONE("the product as it is"),

    /** Disks say that they forced, and did not. */
    DROPPED_FSYNC("disks say that they forced, and did not: acknowledged records are lost"),

    /** A leader acknowledges what it has not committed. */
    ACK_BEFORE_QUORUM("a leader acknowledges what no majority has"),

    /** A producer's repeat is appended again. */
    DOUBLE_APPLY("a producer's repeat is appended a second time"),

    /** Records of a batch are stored in another order. */
    SWAPPED_ORDER("records of a batch are stored in another order than they came"),

    /** One node's reads return an altered byte now and then. */
    ALTERED_BYTE("one node's reads return a record with a byte altered"),

    /** A leader serves records before they are committed. */
    UNCOMMITTED_READ("a leader serves records that are not committed yet"),

    /** A node answers what the end of a shard is without asking whether it leads. */
    STALE_END("a node says where a shard ends without making sure that it leads"),

    /** A cache in memory answers with the record before the one asked for, now and then. */
    STALE_CACHE("a cache answers with the record before the one that was asked for"),

    /** A read fails where a cache does. */
    NEEDED_TIER("a read fails because a cache that is shared is down"),

    /** Records are copied into the caches before they are committed. */
    UNCOMMITTED_FILL("records are copied into the caches before they are committed"),

    /** One node's replica differs. */
    DIVERGED_REPLICA("one node stores other bytes than were committed"),

    /** A replica that stopped for good stays so. */
    STOPPED_FOR_EVER("a replica that stopped for good on a node that runs is not made anew"),

    /** A node comes back as the member that it was, without what that knew. */
    FORGOTTEN_METADATA("a node that starts has forgotten the metadata, its votes too"),

    /** Retention takes whatever is not in the open segment. */
    EARLY_RETENTION("retention deletes what is not past its bounds"),

    /** A cache does not tell logs apart that had the same name. */
    REVIVED_LOG("a cache answers for a log that was created anew with records of the deleted one"),

    /** Nodes that are removed count as gone at once. */
    TAKEN_TOO_SOON("nodes that are removed are taken away before others hold what they held"),

    /** The archive gives back something else. */
    ALTERED_ARCHIVE("the archive gives back other records than it was given");

    private final String what;

    Sabotage(String what) {
        this.what = what;
    }

    /** Returns what is broken, for a person. */
    public String what() {
        return what;
    }

    /** Returns the name as a command takes it. */
    public String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is none of that name */
    public static Sabotage of(String option) {
        for (var each : values()) {
            if (each.option().equals(option)) {
                return each;
            }
        }
        throw new IllegalArgumentException("there is no fault '" + option + "'");
    }
}
