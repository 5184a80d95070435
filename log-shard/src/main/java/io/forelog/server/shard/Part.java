package io.forelog.server.shard;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one request appends to one shard: records, or a batch as it came.
 *
 * @param records at least one; empty if {@code batch} is there
 * @param batch stored as it is; null if there are records
 * @param producer null for none
 * @param nextOffset append only if this is the shard's next offset; {@link AppendCommand#ANY_OFFSET} otherwise
 * @param forced whether it must be on disk before it is acknowledged
 * @param everywhere whether every live replica must have it before it is acknowledged
 * @param bytes about what it takes in memory
 * @param done completed once, on any thread, with where the first record is
 */
public record Part(
        List<LogRecord> records,
        @Nullable RecordBatch batch,
        @Nullable Producer producer,
        long nextOffset,
        boolean forced,
        boolean everywhere,
        int bytes,
        CompletableFuture<Appended> done) {

    /**
     * The identity of an idempotent append.
     *
     * @param id at least 0
     * @param sequence of the request, the same for its part in each shard
     */
    public record Producer(long id, short epoch, int sequence) {}

    public static Part of(
            List<LogRecord> records, @Nullable Producer producer, long nextOffset, boolean forced, boolean everywhere) {
        int bytes = 0;
        for (var record : records) {
            bytes += record.weight();
        }
        return new Part(records, null, producer, nextOffset, forced, everywhere, bytes, new CompletableFuture<>());
    }

    public static Part of(RecordBatch batch, long nextOffset, boolean forced, boolean everywhere) {
        return new Part(
                List.of(), batch, null, nextOffset, forced, everywhere, batch.sizeBytes(), new CompletableFuture<>());
    }

    /** Returns how many records it holds. */
    public int count() {
        return batch == null ? records.size() : batch.count();
    }

    /** Returns whether other parts may share a batch with this one. */
    boolean mayShare() {
        return batch == null && producer == null && nextOffset == AppendCommand.ANY_OFFSET;
    }
}
