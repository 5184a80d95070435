package io.forelog.raft;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The newest payloads, kept in memory for whoever is a little behind: the state machine, a follower. What exceeds the
 * budget is released, oldest first, and read from the log when it is wanted. Confined to the Raft thread.
 */
final class PayloadCache {

    private final long bytesMax;
    private final Deque<LogOperation> newestLast = new ArrayDeque<>();
    private long bytes;

    PayloadCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes an operation that is in the log from now on. */
    void add(LogOperation operation) {
        if (operation.bytes() == 0) {
            return;
        }
        newestLast.add(operation);
        bytes += operation.bytes();
        while (bytes > bytesMax) {
            var oldest = newestLast.remove();
            bytes -= oldest.bytes();
            oldest.release();
        }
    }
}
