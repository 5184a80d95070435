package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's file from its begin to the first batch that is not good, and builds its index: what a start
 * after an unclean stop does with what is not sealed, and a start that finds an index missing or damaged.
 *
 * @param base offset of the first batch
 * @param index of all good batches
 * @param dataEnd position after the last good batch
 * @param batchBytes their size together
 * @param damage what is wrong behind them, or null if there is nothing but what a kill leaves: an excerpt that was
 *     never finished
 */
record SegmentScan(long base, OpenIndex index, int dataEnd, long batchBytes, @Nullable String damage) {

    /** So many zeros in a row are disk that was reserved and not yet written. */
    private static final int UNWRITTEN_BYTES = 1 << 20;

    private static final int MAGIC_AT = 16;

    /** Sees each good batch. */
    @FunctionalInterface
    interface Sink {
        void batch(RecordBatch batch, int position);
    }

    /**
     * Scans {@code file}.
     *
     * @param expected the offset that the first batch must have, or -1 for any
     */
    static SegmentScan of(ByteBuffer file, long expected, Sink sink) {
        var bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        var excerpts = new Excerpts(bytes);
        var index = new OpenIndex();
        long base = expected;
        long next = expected;
        int dataEnd = 0;
        long batchBytes = 0;
        String damage = null;
        while (excerpts.next()) {
            try {
                var batch = RecordBatch.wrap(bytes.slice(excerpts.position(), excerpts.length()));
                batch.verify();
                if (next >= 0 && batch.baseOffset() != next) {
                    throw new CorruptBatchException("the batch says offset " + batch.baseOffset() + " where " + next + " follows");
                }
                base = base < 0 ? batch.baseOffset() : base;
                index.add(batch, excerpts.position());
                sink.batch(batch, excerpts.position());
                next = batch.endOffset();
                dataEnd = excerpts.position() + excerpts.length();
                batchBytes += excerpts.length();
            } catch (CorruptBatchException e) {
                damage = "offset " + Math.max(next, 0) + ", position " + excerpts.position() + ": " + e.getMessage();
                break;
            }
        }
        if (damage == null) {
            damage = lostBatch(bytes, dataEnd, next);
        }
        return new SegmentScan(Math.max(base, 0), index, dataEnd, batchBytes, damage);
    }

    long endOffset() {
        return base + index.records();
    }

    /**
     * Looks for a good batch behind the place where the excerpts end: then they do not end there, but a header
     * between them is damaged.
     */
    private static @Nullable String lostBatch(ByteBuffer bytes, int from, long next) {
        int zeros = 0;
        for (int at = (from + 3) & ~3; at < bytes.limit() - RecordBatch.HEADER_BYTES && zeros < UNWRITTEN_BYTES; at += 4) {
            zeros = bytes.getInt(at) == 0 ? zeros + 4 : 0;
            if (bytes.get(at + MAGIC_AT) == 2 && isBatch(bytes, at, next)) {
                long offset = Long.reverseBytes(bytes.getLong(at));
                return "offset " + Math.max(next, 0) + ", position " + from + ": no excerpt is here, but the batch of offset "
                        + offset + " is whole at position " + at;
            }
        }
        return null;
    }

    private static boolean isBatch(ByteBuffer bytes, int at, long next) {
        long offset = Long.reverseBytes(bytes.getLong(at));
        // The excerpt that a kill left unfinished may hold a whole batch: the next one. Only a later one proves a loss.
        if (offset <= next) {
            return false;
        }
        try {
            var view = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
            RecordBatch.wrap(view.slice(at, RecordBatch.sizeAt(view, at))).verify();
            return true;
        } catch (CorruptBatchException notOne) {
            return false;
        }
    }
}
