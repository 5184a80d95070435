package io.forelog.storage;

import io.forelog.record.RecordBatch;
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

    /** Returns the first record of a batch at or after {@code timestamp}, or -1. */
    static int firstAt(RecordBatch batch, long timestamp) {
        int[] found = {-1};
        batch.forEach((at, time, bytes, keyAt, keyLength, recordAt) -> {
            if (found[0] < 0 && time >= timestamp) {
                found[0] = at;
            }
        });
        return found[0];
    }

    static int groups(int batches) {
        return (batches + OpenIndex.BATCHES_PER_TIME - 1) / OpenIndex.BATCHES_PER_TIME;
    }
}
