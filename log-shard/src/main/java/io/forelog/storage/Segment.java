package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of a shard's batches, and its index. Batches are read through a mapping at the positions that the index
 * knows: not through Chronicle's tailers, which belong to one thread each, cost a lookup in index words that have
 * no checksum, and hold descriptors.
 *
 * <p>A batch is never handed out unchecked. Its offset is compared at each read, its CRC at the first read and
 * then once in {@link StorageConfig#recheckAfter}: its bytes never change, so that only the disk or memory could
 * alter what was once right.
 *
 * <p>One thread appends and seals; any thread may read meanwhile. Positions are the same before and after sealing,
 * so a reader may use whichever index it got hold of.
 */
final class Segment {

    private final long base;
    private final ReadChecks checks = new ReadChecks();
    private volatile Path file;
    /** The index on the heap, until the segment is sealed. */
    private volatile @Nullable OpenIndex open;
    /** The index file, once it is. */
    private volatile @Nullable Path indexFile;
    private volatile long end;
    private volatile int dataEnd;
    private volatile long batchBytes;
    private volatile long maxTimestamp;

    private volatile @Nullable ClosedIndex closed;
    private volatile @Nullable Mapping closedMapping;
    private volatile @Nullable Mapping data;

    private Segment(long base, Path file) {
        this.base = base;
        this.file = file;
    }

    /** Returns a segment whose index is on the heap. */
    static Segment open(Path file, SegmentScan scan) {
        var segment = new Segment(scan.base(), file);
        segment.open = scan.index();
        segment.end = scan.endOffset();
        segment.dataEnd = scan.dataEnd();
        segment.batchBytes = scan.batchBytes();
        segment.maxTimestamp = scan.index().maxTimestamp();
        return segment;
    }

    /** Returns an empty segment. */
    static Segment empty(Path file, long base) {
        return open(file, new SegmentScan(base, new OpenIndex(), 0, 0, null));
    }

    /** Returns a segment whose index is in a file. */
    static Segment closed(Path file, Path indexFile, SegmentSummary summary, long maxTimestamp) {
        var segment = new Segment(summary.base(), file);
        segment.indexFile = indexFile;
        segment.end = summary.end();
        segment.dataEnd = summary.dataEnd();
        segment.batchBytes = summary.batchBytes();
        segment.maxTimestamp = maxTimestamp;
        return segment;
    }

    long base() {
        return base;
    }

    long end() {
        return end;
    }

    int records() {
        return (int) (end - base);
    }

    int dataEnd() {
        return dataEnd;
    }

    long batchBytes() {
        return batchBytes;
    }

    long maxTimestamp() {
        return maxTimestamp;
    }

    Path file() {
        return file;
    }

    /** Returns the index on the heap, or null once the segment is sealed. */
    @Nullable OpenIndex openIndex() {
        return open;
    }

    /** Takes note of a batch that was written at {@code position}. */
    void appended(RecordBatch batch, int position) {
        var index = open;
        if (index == null) {
            throw new IllegalStateException("the segment of offset " + base + " is sealed");
        }
        index.add(batch, position);
        dataEnd = position + batch.sizeBytes();
        batchBytes += batch.sizeBytes();
        maxTimestamp = index.maxTimestamp();
        end = base + index.records();
    }

    /** Lets the segment be read with an index on the heap again, so that it can be continued. */
    void reopened(OpenIndex index) {
        open = index;
        indexFile = null;
        unmapIndex();
    }

    /** Lets the segment be read from where it was moved, with the index that was written there. */
    void sealed(Path movedTo, Path index) {
        file = movedTo;
        indexFile = index;
        open = null;
    }

    SegmentIndex index() {
        var heap = open;
        return heap != null ? heap : closedIndex();
    }

    /**
     * Returns the index in its file, mapping it if need be.
     *
     * @throws CorruptBatchException if the file is missing or damaged
     */
    ClosedIndex closedIndex() {
        var index = closed;
        return index != null ? index : mapIndex();
    }

    private synchronized ClosedIndex mapIndex() {
        var known = closed;
        if (known != null) {
            return known;
        }
        Path path = indexFile;
        try {
            var mapping = Mapping.of(path == null ? file : path);
            var index = new ClosedIndex(mapping.bytes());
            if (!index.bodyIsWhole()) {
                mapping.close();
                throw new CorruptBatchException("CRC32C of the index does not match");
            }
            closedMapping = mapping;
            closed = index;
            return index;
        } catch (IOException e) {
            throw new CorruptBatchException("the index " + path + " cannot be read", e);
        }
    }

    /** Returns the segment's file, mapping it if need be. */
    ByteBuffer data() {
        var mapping = data;
        return mapping != null ? mapping.bytes() : mapData();
    }

    private synchronized ByteBuffer mapData() {
        var known = data;
        if (known == null) {
            try {
                known = Mapping.of(file);
            } catch (IOException e) {
                throw new CorruptBatchException("the segment of offset " + base + " cannot be read", e);
            }
            data = known;
        }
        return known.bytes();
    }

    /** Returns a copy of the record at {@code offset}, which must be in this segment. */
    LogRecord read(long offset) {
        var index = index();
        int record = (int) (offset - base);
        int batch = index.batchOf(record);
        var bytes = checked(index, batch);
        return RecordBatch.recordAt(bytes, index.position(batch), record - index.firstRecord(batch));
    }

    /** Returns whether the record at {@code offset}, which must be in this segment, has this key. */
    boolean hasKey(long offset, byte[] key) {
        var index = index();
        int record = (int) (offset - base);
        int batch = index.batchOf(record);
        var bytes = checked(index, batch);
        return RecordBatch.hasKeyAt(bytes, index.position(batch), record - index.firstRecord(batch), key);
    }

    /** Returns a copy of a batch. */
    RecordBatch copy(int batch) {
        var index = index();
        var bytes = checked(index, batch);
        int position = index.position(batch);
        int size = RecordBatch.sizeAt(bytes, position);
        return RecordBatch.wrap(ByteBuffer.allocate(size).put(0, bytes, position, size));
    }

    /** Returns the first offset at or after {@code timestamp} in this segment, or {@link #end} if there is none. */
    long offsetAtTime(long timestamp) {
        var index = index();
        int batches = index.batches();
        for (int batch = index.batchAtTime(timestamp); batch < batches; batch++) {
            var view = view(checked(index, batch), index.position(batch));
            if (view.maxTimestamp() >= timestamp) {
                long[] found = {-1};
                view.forEach((at, time, bytes, keyAt, keyLength) -> {
                    if (found[0] < 0 && time >= timestamp) {
                        found[0] = at;
                    }
                });
                return base + index.firstRecord(batch) + found[0];
            }
        }
        return end;
    }

    private static RecordBatch view(ByteBuffer bytes, int position) {
        return RecordBatch.wrap(bytes.slice(position, RecordBatch.sizeAt(bytes, position)));
    }

    /** Returns the file's bytes after it was made sure that a batch in them is the one that was written. */
    ByteBuffer checked(SegmentIndex index, int batch) {
        var bytes = data();
        int position = index.position(batch);
        long expected = base + index.firstRecord(batch);
        if (position < 0 || position > bytes.capacity() - RecordBatch.HEADER_BYTES || bytes.getLong(position) != expected) {
            throw new CorruptBatchException("no batch with offset " + expected + " is at position " + position + " of " + file);
        }
        if (!checks.passed(batch)) {
            try {
                var view = view(bytes, position);
                view.verifyCrc();
                int batches = index.batches();
                int after = batch + 1 < batches ? index.firstRecord(batch + 1) : records();
                if (view.count() != after - index.firstRecord(batch)) {
                    throw new CorruptBatchException("it has " + view.count() + " records");
                }
                checks.pass(batch, batches);
            } catch (CorruptBatchException e) {
                throw new CorruptBatchException("batch of offset " + expected + " at position " + position + " of "
                        + file + ": " + e.getMessage(), e);
            }
        }
        return bytes;
    }

    /** Makes the next read of each batch check its CRC again. */
    void forgetChecks() {
        checks.forget();
    }

    /** Unmaps what is mapped; the next read maps it again. Returns false if a reader was just in it. */
    synchronized boolean unmap() {
        boolean done = unmapIndex();
        var mapping = data;
        if (mapping != null && mapping.close()) {
            data = null;
        }
        return done && data == null;
    }

    private synchronized boolean unmapIndex() {
        var mapping = closedMapping;
        if (mapping == null) {
            return true;
        }
        if (!mapping.close()) {
            return false;
        }
        closed = null;
        closedMapping = null;
        return true;
    }
}
