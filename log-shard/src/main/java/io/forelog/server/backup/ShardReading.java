package io.forelog.server.backup;

import io.forelog.record.RecordBatch;
import java.util.function.Consumer;

/** Reads a shard from one offset up to another. */
final class ShardReading {

    /** For who reads to where there is nothing more. */
    static final long TO_THE_END = Long.MAX_VALUE;

    private ShardReading() {}

    /**
     * Reads whole batches until {@code end} is reached; the last one may go past it.
     *
     * @param from where a batch begins
     * @return the offset after the last record
     * @throws NodeApi.ExpiredException if retention has deleted what comes next
     * @throws IllegalStateException if records are missing in between, or there are fewer
     */
    static long each(NodeApi api, String log, int shard, long from, long end, Consumer<RecordBatch> action) {
        long next = from;
        while (next < end) {
            var batches = api.run(log, shard, next);
            if (batches.isEmpty()) {
                if (end == TO_THE_END) {
                    return next;
                }
                throw new IllegalStateException(
                        "shard " + shard + " of " + log + " ends at " + next + ", not at " + end);
            }
            for (var batch : batches) {
                batch.verify();
                if (batch.baseOffset() != next) {
                    throw new IllegalStateException("shard " + shard + " of " + log + " has " + batch.baseOffset()
                            + " where " + next + " is due");
                }
                action.accept(batch);
                next = batch.endOffset();
            }
        }
        return next;
    }

    /** Returns the digest of all records of a shard between two offsets, and holds that there are none after them. */
    static String digest(NodeApi api, String log, int shard, long from, long end) {
        var digest = new RecordsDigest();
        long read = each(api, log, shard, from, TO_THE_END, batch -> batch.records().forEach(digest::add));
        if (read != end) {
            throw new IllegalStateException("shard " + shard + " of " + log + " ends at " + read + ", not at " + end);
        }
        return digest.end();
    }
}
