package io.forelog.raft;

/** When an operation counts as stored by a member. */
public enum Durability {
    /** Once it is forced to disk. What a majority has acknowledged survives the loss of power everywhere. */
    FORCED,
    /**
     * Once it is in memory; forced within {@link RaftTiming#lazyForceInterval()}. A majority that loses power at once
     * may lose acknowledged operations of that time, and no others.
     */
    BUFFERED
}
