package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import java.nio.ByteBuffer;

/**
 * Makes sure that the batches of a segment are those that were written, before anybody is given one. A batch's offset
 * is compared at each read, its CRC at the first read and then once in {@link StorageConfig#recheckAfter}: its bytes
 * never change, so that only the disk or memory could alter what was once right.
 *
 * <p>Safe for use by any thread.
 */
final class BatchChecks {

    private final long base;
    private final ReadChecks passed = new ReadChecks();

    /** @param base the segment's first offset */
    BatchChecks(long base) {
        this.base = base;
    }

    /**
     * Returns the bytes that hold a batch.
     *
     * @throws CorruptBatchException if it is not the one that was written
     * @throws IllegalStateException if the view was closed meanwhile
     */
    ByteBuffer bytes(SegmentView from, int batch, int position) {
        long expected = base + from.index().firstRecord(batch);
        var bytes = from.data().buffer(position);
        int at = position - from.data().begin(position);
        if (at < 0 || at > bytes.capacity() - RecordBatch.HEADER_BYTES || bytes.getLong(at) != expected) {
            throw new CorruptBatchException(
                    "no batch with offset " + expected + " is at position " + position + " of " + from.file());
        }
        if (!passed.passed(batch)) {
            check(from, batch, bytes, at);
        }
        return bytes;
    }

    private void check(SegmentView from, int batch, ByteBuffer bytes, int at) {
        var index = from.index();
        try {
            var found = RecordBatch.wrapAt(bytes, at);
            found.verifyCrc();
            int batches = index.batches();
            if (batch + 1 < batches && found.count() != index.firstRecord(batch + 1) - index.firstRecord(batch)) {
                throw new CorruptBatchException("it has " + found.count() + " records");
            }
            passed.pass(batch, batches);
        } catch (CorruptBatchException e) {
            throw new CorruptBatchException(
                    "batch of offset " + (base + index.firstRecord(batch)) + " at position " + index.position(batch)
                            + " of " + from.file() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Makes the next read of each batch check its CRC again. */
    void forget() {
        passed.forget();
    }
}
