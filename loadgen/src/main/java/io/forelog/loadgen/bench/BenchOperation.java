package io.forelog.loadgen.bench;

import java.util.Locale;

/** What is asked of each peer. */
public enum BenchOperation {
    /** Each client appends one record, waits until it is acknowledged, and appends the next. */
    APPEND,
    /** Up to four clients append as fast as the peer's own batching or pipelining takes records. */
    BULK,
    /** Each client reads one record at a random position, compares it, and reads the next. */
    READ;

    /** Whether single operations have a latency. */
    boolean hasLatency() {
        return this != BULK;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
