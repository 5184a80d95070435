package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a shard's batches, and its index. Batches are read through a mapping at the positions that the index
 * knows: not through Chronicle's tailers, which belong to one thread each, cost a lookup in index words that have
 * no checksum, and hold descriptors.
 *
 * <p>A batch is never handed out unchecked; see {@link BatchChecks}.
 *
 * <p>One thread appends and seals; any thread may read meanwhile.
 */
final class Segment {

    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

    private final long base;
    private final BatchChecks checks;
    private volatile Path file;
    private volatile SegmentState state;
    /** The index on the heap, until the segment is sealed. */
    private volatile @Nullable OpenIndex open;
    /** The index file, once it is. */
    private volatile @Nullable Path indexFile;

    private volatile @Nullable SegmentData archive;
    private volatile long end;
    private volatile int dataEnd;
    private volatile long batchBytes;
    private volatile long maxTimestamp;

    private volatile @Nullable SegmentView view;
    private volatile boolean wasRead;
    private volatile @Nullable MappedSegments mappedSegments;

    private Segment(long base, Path file, SegmentState state) {
        this.base = base;
        this.checks = new BatchChecks(base);
        this.file = file;
        this.state = state;
    }

    /** Returns a segment whose index is on the heap. */
    static Segment open(Path file, SegmentScan scan) {
        var segment = new Segment(scan.base(), file, SegmentState.OPEN);
        segment.open = scan.index();
        segment.end = scan.endOffset();
        segment.dataEnd = scan.dataEnd();
        segment.batchBytes = scan.batchBytes();
        segment.maxTimestamp = scan.index().maxTimestamp();
        return segment;
    }

    /** Returns an empty segment. */
    static Segment empty(Path file, long base) {
        return open(file, SegmentScan.empty(base));
    }

    /** Returns a segment whose index is in a file. */
    static Segment closed(SegmentState state, Path file, Path indexFile, IndexHeader header) {
        var summary = header.summary();
        var segment = new Segment(summary.base(), file, state);
        segment.indexFile = indexFile;
        segment.end = summary.end();
        segment.dataEnd = summary.dataEnd();
        segment.batchBytes = summary.batchBytes();
        segment.maxTimestamp = header.maxTimestamp();
        return segment;
    }

    /** Returns a segment whose batches are in the archive. */
    static Segment archived(Path descriptor, Path indexFile, IndexHeader header, SegmentData data) {
        var segment = closed(SegmentState.ARCHIVED, descriptor, indexFile, header);
        segment.archive = data;
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

    /** Returns the position after the last batch. */
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

    /** Returns what is known of it; the digest is read from the index file. */
    SegmentInfo info() {
        Path index = indexFile;
        var digest = Optional.<String>empty();
        if (index != null && state != SegmentState.OPEN) {
            try {
                digest = Optional.of(HexFormat.of()
                        .formatHex(IndexHeader.read(index).summary().digest()));
            } catch (IOException e) {
                throw new CorruptBatchException("the index " + index + " cannot be read", e);
            }
        }
        return new SegmentInfo(base, end, state, batchBytes, maxTimestamp, digest);
    }

    SegmentState state() {
        return state;
    }

    /** Returns the index file, or null if the index is on the heap. */
    @Nullable
    Path indexFile() {
        return indexFile;
    }

    /** Returns the index on the heap, or null once the segment is sealed. */
    @Nullable
    OpenIndex openIndex() {
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
    synchronized void reopened(OpenIndex index) {
        open = index;
        indexFile = null;
        unmap();
    }

    /** What is done to a segment's file; returns where it is then. */
    interface FileChange {
        Path apply(Path file) throws IOException;
    }

    /** Cuts or renames the file. Whoever maps it meanwhile waits, and would find it missing or shorter than it was. */
    synchronized void change(FileChange change) throws IOException {
        file = change.apply(file);
    }

    /** Lets the segment be read from where it was moved, with the index that was written there. */
    synchronized void sealed(Path movedTo, Path index) {
        file = movedTo;
        indexFile = index;
        open = null;
        state = SegmentState.SEALED;
        unmap();
    }

    /** Lets the segment be read from the archive, with the index that was written for it. */
    synchronized void archived(Path descriptor, Path index, SegmentData data) {
        file = descriptor;
        indexFile = index;
        archive = data;
        state = SegmentState.ARCHIVED;
        dataEnd = (int) batchBytes;
        unmap();
        checks.forget();
    }

    /** Makes every read from now on fail: the segment's files are deleted, or its log is closed. */
    synchronized void deleted() {
        state = SegmentState.DELETED;
        unmap();
    }

    /**
     * Returns index and data, mapping them if need be.
     *
     * @throws CorruptBatchException if a file is missing or the index is damaged
     * @throws IllegalStateException if the segment was deleted
     */
    SegmentView view() {
        if (!wasRead) {
            wasRead = true;
        }
        var known = view;
        if (known != null) {
            return known;
        }
        var made = mapView();
        var all = mappedSegments;
        if (all != null) {
            all.mapped(this);
        }
        return made;
    }

    /** Lets {@code all} bound how many segments are mapped. */
    void boundBy(MappedSegments all) {
        mappedSegments = all;
    }

    private synchronized SegmentView mapView() {
        var known = view;
        if (known != null) {
            return known;
        }
        if (state == SegmentState.DELETED) {
            throw new IllegalStateException("the segment of offset " + base + " was deleted");
        }
        try {
            var made = mapped();
            view = made;
            return made;
        } catch (IOException | CorruptBatchException e) {
            throw new CorruptBatchException("the segment of offset " + base + " cannot be read: " + e.getMessage(), e);
        }
    }

    private SegmentView mapped() throws IOException {
        var archived = archive;
        Path path = indexFile;
        if (path == null) {
            return new SegmentView(file, Objects.requireNonNull(open), Mapping.of(file), null);
        }
        var mapping = Mapping.of(path);
        try {
            return new SegmentView(
                    file, ClosedIndex.whole(mapping.bytes()), archived != null ? archived : Mapping.of(file), mapping);
        } catch (CorruptBatchException e) {
            mapping.close();
            if (state != SegmentState.SEALED) {
                throw e;
            }
            LOG.warn("{}: {}; building it anew", path, e.getMessage());
            SegmentSealer.reindex(file, path, base, end, 0, new Producers());
            mapping = Mapping.of(path);
            return new SegmentView(file, ClosedIndex.whole(mapping.bytes()), Mapping.of(file), mapping);
        }
    }

    SegmentIndex index() {
        var heap = open;
        return heap != null ? heap : view().index();
    }

    /** Returns a copy of the record at {@code offset}, which must be in this segment. */
    LogRecord read(long offset) {
        while (true) {
            try {
                var from = view();
                int record = (int) (offset - base);
                int batch = from.index().batchOf(record);
                int position = from.index().position(batch);
                var bytes = checks.bytes(from, batch, position);
                int begin = from.data().begin(position);
                int index = record - from.index().firstRecord(batch);
                int skip = record % SegmentIndex.RECORDS_PER_MARK;
                return RecordBatch.recordAt(bytes, position - begin, index, mark(from, record, index) - begin, skip);
            } catch (IllegalStateException unmapped) {
                requireThere(unmapped);
            }
        }
    }

    /** Returns the newest record below {@code below} with this key, or -1. Both count from the base offset. */
    int newest(byte[] key, long hash, int below) {
        while (true) {
            try {
                var from = view();
                int record = from.index().newest(hash, below);
                while (record >= 0 && !hasKey(from, record, key)) {
                    record = from.index().newest(hash, record);
                }
                return record;
            } catch (IllegalStateException unmapped) {
                requireThere(unmapped);
            }
        }
    }

    /** Returns records in [from, below) with this key; see {@link SegmentIndex#candidates}. */
    int[] withKey(byte[] key, long hash, int from, int below, int max, boolean newestFirst) {
        while (true) {
            try {
                return KeyHits.records(this, view(), key, hash, from, below, max, newestFirst);
            } catch (IllegalStateException unmapped) {
                requireThere(unmapped);
            }
        }
    }

    /** Returns whether a record has this key. */
    boolean hasKey(SegmentView from, int record, byte[] key) {
        int batch = from.index().batchOf(record);
        int position = from.index().position(batch);
        var bytes = checks.bytes(from, batch, position);
        int begin = from.data().begin(position);
        int index = record - from.index().firstRecord(batch);
        int skip = record % SegmentIndex.RECORDS_PER_MARK;
        return RecordBatch.hasKeyAt(bytes, position - begin, index, mark(from, record, index) - begin, skip, key);
    }

    /**
     * Returns where the last marked record up to this one begins, if the same batch holds it, or a place before the
     * batch.
     */
    private static int mark(SegmentView from, int record, int index) {
        return index < record % SegmentIndex.RECORDS_PER_MARK
                ? OpenIndex.HOLE
                : from.index().mark(record);
    }

    /** Returns a copy of the batch that holds the record at {@code offset}, which must be in this segment. */
    RecordBatch batch(long offset) {
        while (true) {
            try {
                var from = view();
                int batch = from.index().batchOf((int) (offset - base));
                int position = from.index().position(batch);
                var bytes = checks.bytes(from, batch, position);
                int at = position - from.data().begin(position);
                int size = RecordBatch.sizeAt(bytes, at);
                return RecordBatch.wrap(ByteBuffer.allocate(size).put(0, bytes, at, size));
            } catch (IllegalStateException unmapped) {
                requireThere(unmapped);
            }
        }
    }

    /** Returns the first offset at or after {@code timestamp} in this segment, or {@link #end} if there is none. */
    long offsetAtTime(long timestamp) {
        while (true) {
            try {
                return offsetAtTime(view(), timestamp);
            } catch (IllegalStateException unmapped) {
                requireThere(unmapped);
            }
        }
    }

    private long offsetAtTime(SegmentView from, long timestamp) {
        var index = from.index();
        int batches = index.batches();
        for (int batch = index.batchAtTime(timestamp); batch < batches; batch++) {
            int position = index.position(batch);
            var found = RecordBatch.wrapAt(checks.bytes(from, batch, position), position - from.data().begin(position));
            if (found.maxTimestamp() >= timestamp) {
                return base + index.firstRecord(batch) + TimeGroups.firstAt(found, timestamp);
            }
        }
        return end;
    }

    /** Lets a read that was unmapped under be repeated, unless the segment is gone for good. */
    private void requireThere(IllegalStateException unmapped) {
        if (state == SegmentState.DELETED) {
            throw unmapped;
        }
        Thread.onSpinWait();
    }

    /** Makes the next read of each batch check its CRC again. */
    void forgetChecks() {
        checks.forget();
    }

    boolean isMapped() {
        return view != null;
    }

    /** Returns whether the segment was read since this was asked last. */
    boolean wasReadSince() {
        boolean was = wasRead;
        wasRead = false;
        return was;
    }

    /** Unmaps what is mapped; the next read maps it again. */
    synchronized void unmap() {
        var known = view;
        if (known != null) {
            view = null;
            // Refused while a CRC is being computed in it: that ends within microseconds.
            while (!known.close()) {
                Thread.onSpinWait();
            }
        }
    }
}
