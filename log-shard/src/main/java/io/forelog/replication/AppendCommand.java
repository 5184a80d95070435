package io.forelog.replication;

import io.forelog.record.RecordBatch;
import java.util.concurrent.CompletableFuture;

/**
 * One batch on its way into a shard.
 *
 * @param batch verified; its base offset is set when it is applied
 * @param nextOffset append only if this is the shard's next offset; {@link #ANY_OFFSET} for whatever it is, or what
 *     {@link #beginningAt} returns
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

    /**
     * Returns the {@link #nextOffset} of an append that is the first of its shard, which is to begin at an offset
     * above 0, as if retention had deleted what was below. Where the shard has begun the append is refused.
     *
     * @throws IllegalArgumentException if the offset is 0 or negative
     */
    public static long beginningAt(long offset) {
        if (offset <= 0) {
            throw new IllegalArgumentException("a shard begins at 0 by itself, and cannot at " + offset);
        }
        return ANY_OFFSET - offset;
    }

    /** Returns whether it is what {@link #beginningAt} returned. */
    static boolean isBeginning(long nextOffset) {
        return nextOffset < ANY_OFFSET;
    }

    /** Returns the offset that is asked for, of an append that asks for one. */
    static long wanted(long nextOffset) {
        return isBeginning(nextOffset) ? ANY_OFFSET - nextOffset : nextOffset;
    }
}
