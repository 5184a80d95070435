package io.forelog.storage;

import io.forelog.storage.ShardLog.ProducerState;
import java.util.List;

/**
 * What an index file says of its segment as a whole.
 *
 * @param base offset of the first record
 * @param end offset after the last
 * @param dataEnd position in the segment's file after its last batch
 * @param cycle number of the Chronicle cycle it was written as
 * @param damaged whether more followed in the file that could not be read
 * @param archived whether the file is in the archive, and positions count the bytes of the batches alone
 * @param batchBytes size of all batches together
 * @param firstCrc CRC32C of the file up to its first batch: Chronicle's header and index, for a segment that may
 *     be continued
 * @param fileCrc CRC32C of the whole file, or of it up to {@code dataEnd} while the segment may be continued: tells
 *     of damage in what Chronicle keeps between the batches
 * @param digest SHA-256 of all batches, one after another; all zeros while the segment may be continued
 * @param producers what the most recent producers had appended to the shard when the segment closed
 */
record SegmentSummary(
        long base,
        long end,
        int dataEnd,
        int cycle,
        boolean damaged,
        boolean archived,
        long batchBytes,
        int firstCrc,
        int fileCrc,
        byte[] digest,
        List<ProducerState> producers) {

    SegmentSummary {
        producers = List.copyOf(producers);
    }

    /** Returns the summary of the same segment once it is archived. */
    SegmentSummary toArchived(List<ProducerState> all) {
        return new SegmentSummary(base, end, (int) batchBytes, cycle, damaged, true, batchBytes, 0, 0, digest, all);
    }

    /** Returns how many bytes a sealed segment's file has: those of its batches, and the mark of Chronicle's end. */
    static int sealedBytes(int dataEnd) {
        return ((dataEnd + 3) & ~3) + Integer.BYTES;
    }
}
