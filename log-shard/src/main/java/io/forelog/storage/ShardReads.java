package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What readers see of a shard: its segments, up to where it ends. Finds a batch's position in an index and takes it
 * from a mapping of the segment's file (see {@link Segment}). Looks again when a segment was deleted or archived under
 * a read, and takes note of damage.
 *
 * <p>One thread moves the end; any thread may read meanwhile.
 */
final class ShardReads {

    /** How often a read looks again when a segment was deleted under it. */
    private static final int TRIES = 8;

    private final Path directory;
    private final SegmentList segments;
    private final Damages damages;
    private volatile long endOffset;
    private volatile boolean closed;

    /** @param directory of the shard, for messages */
    ShardReads(Path directory, SegmentList segments, Damages damages) {
        this.directory = directory;
        this.segments = segments;
        this.damages = damages;
        var all = segments.all();
        this.endOffset = all.length == 0 ? 0 : all[all.length - 1].end();
    }

    long startOffset() {
        var all = segments.all();
        return all.length == 0 ? endOffset : all[0].base();
    }

    long endOffset() {
        return endOffset;
    }

    /** Lets readers see all that is below {@code end}. */
    void endAt(long end) {
        endOffset = end;
    }

    /** Lets no read look again: the segments are going away for good. */
    void close() {
        closed = true;
    }

    LogRecord read(long offset) {
        return retrying(() -> segmentOf(offset).read(offset));
    }

    List<RecordBatch> readBatches(long from, long end, int bytesMax) {
        if (from < startOffset() || from > endOffset) {
            throw outOfBounds(from);
        }
        var batches = new ArrayList<RecordBatch>();
        long bytes = 0;
        long last = Math.min(end, endOffset);
        for (long next = from; next < last && bytes < bytesMax; ) {
            long offset = next;
            var batch = retrying(() -> segmentOf(offset).batch(offset));
            batches.add(batch);
            bytes += batch.sizeBytes();
            next = batch.endOffset();
        }
        return batches;
    }

    long newestOffset(byte[] key, long end) {
        return retrying(() -> SegmentSearch.newest(segments.all(), key, Math.min(end, endOffset)));
    }

    long[] history(byte[] key, long from, long end, int limit, boolean newestFirst) {
        return retrying(() ->
                SegmentSearch.history(segments.all(), key, from, Math.min(end, endOffset), limit, newestFirst));
    }

    long offsetAtTime(long timestamp) {
        return retrying(() -> SegmentSearch.offsetAtTime(segments.all(), timestamp, endOffset));
    }

    List<SegmentInfo> segments() {
        return retrying(() -> Arrays.stream(segments.all()).map(Segment::info).toList());
    }

    boolean isArchived(long offset) {
        var segment = segments.from(offset);
        return segment != null && offset < segment.end() && segment.state() == SegmentState.ARCHIVED;
    }

    /** Returns the segment that holds {@code offset}. */
    private Segment segmentOf(long offset) {
        var segment = offset < 0 || offset >= endOffset ? null : segments.from(offset);
        if (segment == null) {
            throw outOfBounds(offset);
        }
        if (offset >= segment.end()) {
            throw new CorruptBatchException("offset " + offset + " of " + directory + " is in no segment");
        }
        return segment;
    }

    private IndexOutOfBoundsException outOfBounds(long offset) {
        return new IndexOutOfBoundsException(
                "offset " + offset + " is not in [" + startOffset() + ", " + endOffset + ")");
    }

    private <T> T retrying(Supplier<T> read) {
        for (int tries = 1; ; tries++) {
            try {
                return read.get();
            } catch (CorruptBatchException e) {
                damages.found(String.valueOf(e.getMessage()));
                throw e;
            } catch (IllegalStateException deleted) {
                if (closed || tries == TRIES) {
                    throw deleted;
                }
            }
        }
    }
}
