package io.forelog.statistics;

/** What is added up. The order is part of the snapshot's format. */
public enum Counter {
    READS,
    WRITES,
    BYTES_READ,
    BYTES_WRITTEN,
    /** Time that reads took, from request to answer. */
    READ_NANOS,
    /** Time that appends took, from request to acknowledgement. */
    WRITE_NANOS,
    /** Time that requests waited for their turn: contention. */
    QUEUE_NANOS
}
