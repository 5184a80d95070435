package io.forelog.raft;

/** Ends replicas as a crash would, for tests of other packages. */
public final class Crash {

    private Crash() {}

    /** Stops a replica at once; it writes nothing more. */
    public static void of(ReplicatedGroup group) {
        group.crash();
    }
}
