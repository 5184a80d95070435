package io.forelog.simulation.cluster;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import io.forelog.storage.SegmentInfo;
import io.forelog.storage.SegmentState;
import io.forelog.storage.ShardLog.ProducerState;
import io.forelog.storage.archive.ArchiveException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a simulated disk has of a shard replica: segments of a few batches, of which the archive may hold the first. */
final class ShardFile {

    private static final int SEGMENT_BATCHES = 4;

    private final String name;
    private final SimulatedArchive archive;
    private final List<Segment> segments = new ArrayList<>();
    private long start;
    private long forced;

    /** Some batches one after another. */
    static final class Segment {

        private final List<RecordBatch> batches = new ArrayList<>();
        private final long base;
        private long end;
        private long bytes;
        private long newest = Long.MIN_VALUE;
        private boolean ended;
        private @Nullable String object;

        private Segment(long base) {
            this.base = base;
            this.end = base;
        }

        private void add(RecordBatch batch) {
            batches.add(batch);
            end = batch.endOffset();
            bytes += batch.sizeBytes();
            // From its header: the rest may have been damaged since.
            newest = Math.max(newest, batch.maxTimestamp());
        }

        private boolean takesMore() {
            return !ended && object == null && batches.size() < SEGMENT_BATCHES;
        }

        long base() {
            return base;
        }

        long end() {
            return end;
        }

        long bytes() {
            return bytes;
        }

        /** Returns the newest timestamp, in milliseconds. */
        long newest() {
            return newest;
        }
    }

    /** @param name begins the names of its objects in the archive */
    ShardFile(String name, SimulatedArchive archive) {
        this.name = name;
        this.archive = archive;
    }

    long start() {
        return segments.isEmpty() ? start : segments.getFirst().base;
    }

    long end() {
        return segments.isEmpty() ? start : segments.getLast().end;
    }

    long forced() {
        return forced;
    }

    void force() {
        forced = end();
    }

    void add(RecordBatch batch) {
        if (segments.isEmpty() || !segments.getLast().takesMore()) {
            segments.add(new Segment(end()));
        }
        segments.getLast().add(batch);
    }

    /** Returns what producers appended last, of the batches that are here. */
    List<ProducerState> producers() {
        return local().stream()
                .filter(batch -> batch.producerId() >= 0)
                .map(batch -> new ProducerState(
                        batch.producerId(),
                        batch.producerEpoch(),
                        batch.baseSequence(),
                        batch.baseOffset(),
                        batch.count()))
                .toList();
    }

    /** Drops all; the next batch begins at an offset. */
    void beginAt(long offset) {
        segments.clear();
        start = offset;
        forced = offset;
    }

    private List<RecordBatch> local() {
        return segments.stream().flatMap(segment -> segment.batches.stream()).toList();
    }

    /** Returns how many batches are here, those in the archive not counted. */
    int count() {
        return local().size();
    }

    int unforced() {
        return (int) local().stream().filter(batch -> batch.baseOffset() >= forced).count();
    }

    long localBytes() {
        return local().stream().mapToLong(RecordBatch::sizeBytes).sum();
    }

    /** Loses batches that were not forced, but for the first {@code kept} of them. */
    void crash(int kept) {
        var unforced =
                local().stream().filter(batch -> batch.baseOffset() >= forced).toList();
        if (kept < unforced.size()) {
            cut(unforced.get(kept).baseOffset());
        }
        forced = end();
    }

    /** Ends the log there. */
    private void cut(long end) {
        long begins = start();
        var rebuilt = new ArrayList<Segment>();
        for (var segment : segments) {
            if (segment.end <= end) {
                rebuilt.add(segment);
            } else if (segment.base < end) {
                var shorter = new Segment(segment.base);
                segment.batches.stream()
                        .filter(batch -> batch.baseOffset() < end)
                        .forEach(shorter::add);
                rebuilt.add(shorter);
            }
        }
        segments.clear();
        segments.addAll(rebuilt);
        start = begins;
        forced = Math.min(forced, end());
    }

    /** Flips a bit of a batch that is here. */
    void flip(int number, int bit) {
        int left = number;
        for (var segment : segments) {
            if (left < segment.batches.size()) {
                segment.batches.set(left, flipped(segment.batches.get(left), bit));
                return;
            }
            left -= segment.batches.size();
        }
    }

    private static RecordBatch flipped(RecordBatch batch, int bit) {
        var bytes = batch.buffer();
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        // The header tells where batches are; a CRC covers what comes after it.
        int at = RecordBatch.HEADER_BYTES + bit / Byte.SIZE % (copy.length - RecordBatch.HEADER_BYTES);
        copy[at] ^= (byte) (1 << bit % Byte.SIZE);
        return RecordBatch.wrap(ByteBuffer.wrap(copy));
    }

    /** Ends the log before the first damaged batch, as recovery does. */
    void recover() {
        local().stream()
                .filter(ShardFile::isDamaged)
                .findFirst()
                .ifPresent(damaged -> cut(damaged.baseOffset()));
    }

    private static boolean isDamaged(RecordBatch batch) {
        try {
            batch.verifyCrc();
            return false;
        } catch (CorruptBatchException e) {
            return true;
        }
    }

    /**
     * Returns the batch that holds an offset.
     *
     * @throws ArchiveException if it is in the archive, which does not answer
     */
    RecordBatch batchOf(long offset) {
        if (offset < start() || offset >= end()) {
            throw new IndexOutOfBoundsException("offset " + offset + " is not in " + start() + " to " + end());
        }
        var segment = segments.stream()
                .filter(one -> offset < one.end)
                .findFirst()
                .orElseThrow();
        var batches = segment.object == null ? segment.batches : archive.get(segment.object);
        return batches.stream()
                .filter(batch -> offset < batch.endOffset())
                .findFirst()
                .orElseThrow();
    }

    private SegmentState state(Segment segment) {
        if (segment.object != null) {
            return SegmentState.ARCHIVED;
        }
        boolean isOpen = segment == segments.getLast() && !segment.ended || segment.end > forced;
        return isOpen ? SegmentState.OPEN : SegmentState.SEALED;
    }

    List<SegmentInfo> infos() {
        return segments.stream()
                .map(segment -> new SegmentInfo(
                        segment.base, segment.end, state(segment), segment.bytes, segment.newest, Optional.empty()))
                .toList();
    }

    boolean isArchived(long offset) {
        return segments.stream()
                .anyMatch(segment -> segment.object != null && segment.base <= offset && offset < segment.end);
    }

    /** Lets the open segment take no more; it must be forced. */
    void endSegment() {
        if (!segments.isEmpty()) {
            segments.getLast().ended = true;
        }
    }

    long expiredBelow(long oldest, long bytesMax) {
        long bytes = segments.stream().mapToLong(Segment::bytes).sum();
        for (var segment : segments) {
            if (segment == segments.getLast() || segment.newest >= oldest && bytes <= bytesMax) {
                return segment.base;
            }
            bytes -= segment.bytes;
        }
        return start;
    }

    /** Deletes closed segments wholly below an offset; returns what there was before, of which the first are gone. */
    List<Segment> deleteBelow(long offset) {
        var before = List.copyOf(segments);
        while (!segments.isEmpty()
                && segments.getFirst().end <= offset
                && state(segments.getFirst()) != SegmentState.OPEN) {
            var object = segments.getFirst().object;
            if (object != null) {
                archive.delete(object);
            }
            start = segments.removeFirst().end;
        }
        return before;
    }

    long wholeFrom(long from) {
        long whole = from;
        for (var segment : segments) {
            if (segment.end > from && segment.object != null && !archive.has(segment.object)) {
                whole = segment.end;
            }
        }
        return whole;
    }

    long archiveBelow(long offset) {
        long archived = start();
        for (var segment : segments) {
            if (segment.end > offset || state(segment) == SegmentState.OPEN) {
                break;
            }
            if (state(segment) == SegmentState.SEALED) {
                archive(segment);
            }
            archived = segment.end;
        }
        return archived;
    }

    private void archive(Segment segment) {
        if (segment.batches.stream().anyMatch(ShardFile::isDamaged)) {
            throw new ArchiveException("the segment at " + segment.base + " is damaged; it is kept as it is");
        }
        // Told apart by what is in it, as by a digest.
        int digest = segment.batches.stream().map(RecordBatch::buffer).toList().hashCode();
        var object = name + "/" + segment.base + "-" + segment.end + "-" + digest;
        archive.put(object, segment.batches);
        segment.object = object;
        segment.batches.clear();
    }
}
