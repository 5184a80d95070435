package io.forelog.server.tail;

import io.forelog.metadata.Log;
import io.forelog.record.LogRecord;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The committed records of shards, wherever those are held. Safe for use by any thread; never blocks. What cannot be
 * read fails with a {@link io.forelog.error.ForelogException}.
 */
public interface ShardFeed {

    /**
     * What is readable of a shard.
     *
     * @param start the first offset that is still there
     * @param highWatermark the first that is not committed
     */
    record Extent(long start, long highWatermark) {}

    /**
     * Records of one shard, one after another.
     *
     * @param from the offset of the first one
     * @param records none if nothing was there
     */
    record Chunk(int shard, long from, List<LogRecord> records, long highWatermark) {
        public long next() {
            return from + records.size();
        }
    }

    /** A wait that may be given up. */
    interface Waiting extends AutoCloseable {
        @Override
        void close();
    }

    Extent extent(Log log, int shard);

    /** Reads from {@code from}, which is committed or the high watermark: at most so many records and about so many bytes. */
    CompletionStage<Chunk> read(Log log, int shard, long from, int recordsMax, int bytesMax);

    /** Returns the first committed offset at or after a time in milliseconds. */
    CompletionStage<Long> offsetAtTime(Log log, int shard, long timestamp);

    /**
     * Calls {@code come} once, on any thread and perhaps before this returns, when a record is committed at or after
     * {@code offset}, or the shard is closed here.
     */
    Waiting await(Log log, int shard, long offset, Runnable come);
}
