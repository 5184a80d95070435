package io.forelog.server.tail;

import io.forelog.metadata.Log;
import io.forelog.record.LogRecord;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The committed records of shards, wherever those are held. Safe for use by any thread; never blocks. What cannot be
 * read fails with a {@link io.forelog.error.ForelogException}.
 */
public interface ShardFeed {

    /**
     * What is known here to be readable of a shard: perhaps less than there is, never more.
     *
     * @param start the first offset that is still there
     * @param highWatermark the first that is not committed
     * @param isFinal whether the shard is sealed and ends at {@code highWatermark}
     */
    record Extent(long start, long highWatermark, boolean isFinal) {

        /** Of a shard that nothing was heard of yet. */
        static final Extent UNKNOWN = new Extent(0, 0, false);
    }

    /**
     * Records of one shard, one after another.
     *
     * @param from the offset of the first one
     * @param records none if nothing was there
     */
    record Chunk(int shard, long from, List<LogRecord> records) {
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

    /**
     * Completes when {@link #extent} knows all that was committed before the call, and of sealed shards where they end.
     *
     * @param log as it was before the call: what it calls sealed takes no more
     */
    CompletionStage<Void> learn(Log log, Collection<Integer> shards);

    /**
     * Reads from {@code from} on: at most so many records and about so many bytes.
     *
     * @return fails with a {@link io.forelog.error.RecordExpiredException} below the start, which is known from then on
     */
    CompletionStage<Chunk> read(Log log, int shard, long from, int recordsMax, int bytesMax);

    /** Returns the first committed offset at or after a time in milliseconds. */
    CompletionStage<Long> offsetAtTime(Log log, int shard, long timestamp);

    /**
     * Calls {@code come} once or more, on any thread and perhaps before this returns, when a record at or after {@code
     * offset} is known of, the shard is known to have ended, or the log's map has changed.
     */
    Waiting await(Log log, int shard, long offset, Runnable come);
}
