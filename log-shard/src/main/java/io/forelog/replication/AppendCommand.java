package io.forelog.replication;

import io.forelog.record.RecordBatch;
import java.util.concurrent.CompletableFuture;

/**
 * One batch on its way into a shard.
 *
 * @param replica the shard's replica here
 * @param batch verified; its base offset is set when it is appended
 * @param nextOffset append only if this is the shard's next offset; -1 for whatever it is
 * @param forced whether it must be on disk before it is committed
 * @param done completed once, with the outcome
 */
public record AppendCommand(
        ShardReplica replica, RecordBatch batch, long nextOffset, boolean forced, CompletableFuture<Appended> done)
        implements CommitStep {

    public static final long ANY_OFFSET = -1;
}
