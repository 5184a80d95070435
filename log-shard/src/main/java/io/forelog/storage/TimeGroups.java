package io.forelog.storage;

import java.util.function.IntToLongFunction;

/** The search that both indexes make in their running maxima of time. */
final class TimeGroups {

    private TimeGroups() {}

    /** Returns the first batch of the first group whose running maximum is at least {@code timestamp}. */
    static int batchAt(long timestamp, int batches, IntToLongFunction times) {
        int low = 0;
        int high = groups(batches);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times.applyAsLong(middle) < timestamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.min(batches, low * OpenIndex.BATCHES_PER_TIME);
    }

    static int groups(int batches) {
        return (batches + OpenIndex.BATCHES_PER_TIME - 1) / OpenIndex.BATCHES_PER_TIME;
    }
}
