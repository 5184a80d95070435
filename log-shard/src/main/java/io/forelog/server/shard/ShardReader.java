package io.forelog.server.shard;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One shard as readers see it, wherever its replicas are. What was acknowledged before a call is seen by it: that
 * nothing is there is said by the shard's leader alone.
 *
 * <p>Safe for use by any thread; no call blocks. What a call returns completes on a thread that may wait and compute.
 * It fails with a {@link io.forelog.error.ForelogException}: {@link io.forelog.error.NoLeaderException} if nobody who
 * could answer was found in time, and what else a method says; or with a
 * {@link io.forelog.record.CorruptBatchException}.
 */
public interface ShardReader {

    /**
     * What of a shard is there.
     *
     * @param start the first offset that retention has left
     * @param highWatermark the first offset that is not committed
     */
    record Bounds(long start, long highWatermark) {

        /**
         * @throws io.forelog.error.NoSuchRecordException at or above the high watermark
         * @throws io.forelog.error.RecordExpiredException below the start
         */
        public void requireReadable(int shard, long offset) {
            LocalOwner.requireReadable(shard, offset, start, highWatermark);
        }
    }

    /**
     * Stored batches as they are.
     *
     * @param bounds what was there when they were read, or a little before
     * @param batches whole, in order, all below the high watermark; the first one may begin before what was asked for
     */
    record Run(Bounds bounds, List<RecordBatch> batches) {

        public Run {
            batches = List.copyOf(batches);
        }
    }

    CompletableFuture<Bounds> bounds();

    /**
     * Reads batches from an offset on; none if nothing is there yet.
     *
     * @param bytesMax passed by at most one batch
     * @return fails with a {@link io.forelog.error.RecordExpiredException} below the start
     */
    CompletableFuture<Run> run(long from, int bytesMax);

    /** Returns the offset of the newest record with this key, or -1. */
    CompletableFuture<Long> newest(byte[] key);

    /**
     * As {@link #newest}, of a shard that is believed to take the appends of the key.
     *
     * @return fails with a {@link io.forelog.error.ShardSealedException} if others take them by now: there may be newer
     *     records
     */
    CompletableFuture<Long> newestOfAll(byte[] key);

    /**
     * Returns offsets of records with this key, ascending: at most {@code limit}, the first ones at or after {@code
     * from}.
     */
    CompletableFuture<long[]> offsetsFrom(byte[] key, long from, int limit);

    /** Returns offsets of records with this key, descending: at most {@code limit}, the last ones below {@code end}. */
    CompletableFuture<long[]> offsetsBelow(byte[] key, long end, int limit);

    /** Returns the first offset whose record has at least this timestamp, or the high watermark. */
    CompletableFuture<Long> offsetAtTime(long timestamp);

    /**
     * Reads records that are there, in the order asked: all of them, or as many as come before {@code bytesMax} are
     * passed, at least one.
     *
     * @param offsets at most 10,000
     */
    CompletableFuture<List<LogRecord>> records(long[] offsets, int bytesMax);

    /**
     * Waits for a record at an offset. Completes when it is there, when {@code wait} has passed, and sometimes before
     * that; what is there must be looked at anew.
     *
     * @param givenUp completes when nobody waits any more
     * @return the high watermark of the replica that waited, or -1 if none was heard of
     */
    CompletableFuture<Long> await(long offset, Duration wait, CompletionStage<?> givenUp);
}
