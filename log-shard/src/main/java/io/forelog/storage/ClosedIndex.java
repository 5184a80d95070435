package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.storage.ShardLog.ProducerState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The index of a closed segment, read where it lies in its mapped file: nothing of it is on the heap.
 *
 * <p>Safe for use by any thread.
 */
final class ClosedIndex implements SegmentIndex {

    private final ByteBuffer file;
    private final IndexLayout layout;
    private final int firstRecords;
    private final int positions;
    private final int marks;
    private final int hashes;
    private final int records;

    /**
     * Takes an index file whose header is whole.
     *
     * @throws CorruptBatchException if header and size do not agree
     */
    ClosedIndex(ByteBuffer bytes) {
        this.file = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.layout = IndexHeader.parse(file, file.limit()).layout();
        this.firstRecords = layout.firstRecords();
        this.positions = layout.positions();
        this.marks = layout.marks();
        this.hashes = layout.hashes();
        this.records = layout.records();
    }

    /**
     * Takes an index file after it was made sure that all of it is as it was written.
     *
     * @throws CorruptBatchException if it is not
     */
    static ClosedIndex whole(ByteBuffer bytes) {
        var index = new ClosedIndex(bytes);
        if (index.file.getInt(IndexLayout.AT_BODY_CRC)
                != IndexWriter.crc(index.file, IndexLayout.BODY, index.file.limit())) {
            throw new CorruptBatchException("CRC32C of the index does not match");
        }
        return index;
    }

    List<ProducerState> producers() {
        var producers = new ArrayList<ProducerState>(layout.producers());
        for (int i = 0; i < layout.producers(); i++) {
            int at = layout.producersAt() + i * IndexLayout.PRODUCER_BYTES;
            producers.add(new ProducerState(
                    file.getLong(at),
                    file.getShort(at + 24),
                    file.getInt(at + 16),
                    file.getLong(at + 8),
                    file.getInt(at + 20)));
        }
        return producers;
    }

    /** Sees keys of an index. */
    @FunctionalInterface
    interface KeySink {
        void key(int hash, int record);
    }

    void forEachKey(KeySink sink) {
        for (int i = 0; i < layout.keys(); i++) {
            sink.key(hash(i), record(i));
        }
    }

    /** Returns the newest timestamp up to the end of the group that a batch is in. */
    long timeOf(int batch) {
        return time(batch / OpenIndex.BATCHES_PER_TIME);
    }

    private long time(int group) {
        return file.getLong(layout.times() + group * Long.BYTES);
    }

    @Override
    public int batches() {
        return layout.batches();
    }

    @Override
    public int firstRecord(int batch) {
        return file.getInt(firstRecords + batch * Integer.BYTES);
    }

    @Override
    public int position(int batch) {
        return file.getInt(positions + batch * Integer.BYTES);
    }

    @Override
    public int mark(int record) {
        return file.getInt(marks + record / RECORDS_PER_MARK * Integer.BYTES);
    }

    @Override
    public long maxTimestamp() {
        return file.getLong(IndexLayout.AT_MAX_TIMESTAMP);
    }

    @Override
    public int batchAtTime(long timestamp) {
        return TimeGroups.batchAt(timestamp, layout.batches(), this::time);
    }

    @Override
    public int newest(long hash, int below) {
        int shortHash = SegmentIndex.shortHash(hash);
        if (!BloomFilter.mayHold(file, layout.bloom(), layout.bloomBlocks(), shortHash)) {
            return -1;
        }
        int last = firstNotBelow(shortHash, below) - 1;
        return last >= 0 && hash(last) == shortHash ? record(last) : -1;
    }

    @Override
    public int[] candidates(long hash, int from, int below, int max, boolean newestFirst) {
        int shortHash = SegmentIndex.shortHash(hash);
        if (!BloomFilter.mayHold(file, layout.bloom(), layout.bloomBlocks(), shortHash)) {
            return new int[0];
        }
        int first = firstNotBelow(shortHash, from);
        int end = firstNotBelow(shortHash, below);
        int count = Math.min(max, Math.max(0, end - first));
        int[] found = new int[count];
        for (int i = 0; i < count; i++) {
            found[i] = record(newestFirst ? end - 1 - i : first + i);
        }
        return found;
    }

    /** Returns the first entry that is not below (hash, record). */
    private int firstNotBelow(int hash, int record) {
        int bucket = layout.directory() + layout.bucketOf(hash) * Integer.BYTES;
        int low = file.getInt(bucket);
        int high = file.getInt(bucket + Integer.BYTES);
        while (low < high) {
            int middle = (low + high) >>> 1;
            int middleHash = hash(middle);
            if (middleHash < hash || middleHash == hash && record(middle) < record) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int hash(int entry) {
        return file.getInt(hashes + entry * Integer.BYTES);
    }

    private int record(int entry) {
        return file.getInt(records + entry * Integer.BYTES);
    }
}
