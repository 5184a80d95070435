package io.forelog.replication;

import io.forelog.record.RecordBatch;
import java.util.concurrent.CompletableFuture;

/**
 * One batch on its way into a shard.
 *
 * @param batch verified; its base offset is set when it is applied
 * @param nextOffset append only if this is the shard's next offset; {@link #ANY_OFFSET} for whatever it is
 * @param forced whether a majority must have it on disk before it is acknowledged
 * @param everywhere whether every live replica must have it, too
 * @param done completed once, with the outcome
 */
public record AppendCommand(
        ShardId shard,
        RecordBatch batch,
        long nextOffset,
        boolean forced,
        boolean everywhere,
        CompletableFuture<Appended> done) {

    public static final long ANY_OFFSET = -1;
}
