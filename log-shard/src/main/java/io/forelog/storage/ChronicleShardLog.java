package io.forelog.storage;

import io.forelog.error.ForelogException;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shard's records in segments on Chronicle Queue. Appends go through the queue; reads find a batch's position in
 * an index and take it from a mapping of the segment's file (see {@link Segment}).
 */
final class ChronicleShardLog implements ShardLog {

    /** How often a read looks again when a segment was deleted under it. */
    private static final int TRIES = 8;


    private final ShardFiles files;
    private final Producers producers;
    private final Damages damages;
    private final ShardWriter writer;
    private final SegmentSeals seals;
    private final OpenQueues openQueues;

    private final ReentrantLock appendLock = new ReentrantLock();
    private final ReentrantLock forceLock = new ReentrantLock();
    private final ReentrantLock maintenanceLock = new ReentrantLock();
    private final SegmentList segments;
    private final ShardArchive archive;
    private volatile long endOffset;
    private volatile long forcedOffset;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /**
     * @param recovery has run
     * @param seals seals this log's rolled segments
     * @param bounds what this log shares with all others of the node
     */
    ChronicleShardLog(
            ShardFiles files,
            ShardRecovery recovery,
            ShardWriter writer,
            SegmentSeals seals,
            ShardArchive archive,
            NodeBounds bounds) {
        this.files = files;
        this.producers = recovery.producers();
        this.writer = writer;
        this.seals = seals;
        this.archive = archive;
        this.openQueues = bounds.openQueues();
        this.damages = new Damages(files.directory().toString());
        recovery.damage().forEach(damages::found);
        this.segments = new SegmentList(recovery.segments().toArray(Segment[]::new), bounds.mappedSegments());
        var all = segments.all();
        this.endOffset = all.length == 0 ? 0 : all[all.length - 1].end();
        this.forcedOffset = endOffset;
    }

    @Override
    public long startOffset() {
        var all = segments.all();
        return all.length == 0 ? endOffset : all[0].base();
    }

    @Override
    public long endOffset() {
        return endOffset;
    }

    @Override
    public long forcedOffset() {
        return forcedOffset;
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (var segment : segments.all()) {
            bytes += segment.state() == SegmentState.ARCHIVED ? 0 : segment.dataEnd();
        }
        return bytes;
    }

    @Override
    public long append(RecordBatch batch, int epoch) {
        appendLock.lock();
        // Chronicle maps files when it rolls, which an interrupted thread could not.
        boolean interrupted = Thread.interrupted();
        try {
            requireWritable();
            long base = endOffset;
            if (writer.rollsFor(batch)) {
                roll(base, batch.sizeBytes());
            }
            writer.append(batch, base, epoch);
            producers.appended(batch, base);
            endOffset = base + batch.count();
            seals.start();
            openQueues.used(this);
            return base;
        } catch (ForelogException refused) {
            throw refused;
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            appendLock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void requireRoom(int batchBytes) {
        appendLock.lock();
        try {
            writer.requireRoom(batchBytes);
        } finally {
            appendLock.unlock();
        }
    }

    @Override
    public boolean isReadyFor(int bytes) {
        if (!appendLock.tryLock()) {
            return false;
        }
        try {
            return writer.isReadyFor(bytes);
        } finally {
            appendLock.unlock();
        }
    }

    @Override
    public void beginAt(long offset) {
        maintenanceLock.lock();
        appendLock.lock();
        try {
            requireWritable();
            if (offset <= endOffset) {
                throw new IllegalArgumentException(offset + " is not above " + endOffset + ", the end");
            }
            seals.finish();
            writer.restart();
            var gone = segments.all();
            segments.removeFirst(gone.length);
            endOffset = offset;
            forcedOffset = offset;
            for (var segment : gone) {
                segment.deleted();
                SegmentExpiry.deleteFiles(files, segment);
                // The open one, which has not got its name yet.
                Files.deleteIfExists(segment.file());
            }
            ShardFiles.forceDirectory(files.directory());
        } catch (IOException e) {
            failure = e;
            throw new UncheckedIOException("deleting segments of " + files.directory() + " failed", e);
        } finally {
            appendLock.unlock();
            maintenanceLock.unlock();
        }
    }

    private void requireWritable() {
        if (closed) {
            throw new IllegalStateException("the log of " + files.directory() + " is closed");
        }
        if (failure != null) {
            throw new IllegalStateException(
                    "the log of " + files.directory() + " takes no appends after a failure", failure);
        }
    }

    private void roll(long base, int batchBytes) {
        var full = writer.segment();
        int fullCycle = writer.cycle();
        seals.makeRoom();
        var begun = writer.begin(base, batchBytes);
        if (full != null) {
            seals.add(full, fullCycle, producers.all());
        }
        segments.add(begun);
    }

    @Override
    public void force() {
        forceLock.lock();
        try {
            long target = endOffset;
            if (forcedOffset >= target) {
                return;
            }
            for (var segment : segments.all()) {
                if (segment.end() > forcedOffset && segment.openIndex() != null) {
                    forceOpen(segment);
                }
            }
            forcedOffset = target;
        } catch (IOException e) {
            failure = e;
            throw new UncheckedIOException(
                    "forcing " + files.directory() + " failed: what was appended may be lost", e);
        } finally {
            forceLock.unlock();
        }
    }

    private void forceOpen(Segment segment) throws IOException {
        try {
            ShardWriter.force(segment);
        } catch (NoSuchFileException e) {
            // Sealing forces a segment before it gives it its other name.
            if (!Files.exists(files.segment(segment.base()))
                    && Arrays.asList(segments.all()).contains(segment)) {
                throw e;
            }
        }
    }

    @Override
    public LogRecord read(long offset) {
        return retrying(() -> segmentOf(offset).read(offset));
    }

    @Override
    public List<RecordBatch> readBatches(long from, long end, int bytesMax) {
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

    @Override
    public long newestOffset(byte[] key, long end) {
        return retrying(() -> SegmentSearch.newest(segments.all(), key, Math.min(end, endOffset)));
    }

    @Override
    public long[] offsetsFrom(byte[] key, long from, long end, int limit) {
        return retrying(() -> SegmentSearch.history(segments.all(), key, from, Math.min(end, endOffset), limit, false));
    }

    @Override
    public long[] offsetsBelow(byte[] key, long end, int limit) {
        return retrying(() -> SegmentSearch.history(segments.all(), key, 0, Math.min(end, endOffset), limit, true));
    }

    @Override
    public long offsetAtTime(long timestamp) {
        return retrying(() -> SegmentSearch.offsetAtTime(segments.all(), timestamp, endOffset));
    }

    @Override
    public List<ProducerState> producers() {
        return producers.all();
    }

    @Override
    public List<SegmentInfo> segments() {
        return retrying(() -> Arrays.stream(segments.all()).map(Segment::info).toList());
    }

    @Override
    public long expiredBelow(long oldest, long bytesMax) {
        return SegmentExpiry.expiredBelow(segments.all(), oldest, bytesMax);
    }

    @Override
    public long deleteBelow(long offset) {
        maintenanceLock.lock();
        try {
            var gone = withoutFirst(offset);
            for (var segment : gone) {
                if (segment.state() == SegmentState.ARCHIVED) {
                    archive.delete(ArchiveDescriptor.read(files.descriptor(segment.base())));
                }
                segment.deleted();
                SegmentExpiry.deleteFiles(files, segment);
            }
            if (!gone.isEmpty()) {
                ShardFiles.forceDirectory(files.directory());
            }
            return startOffset();
        } catch (IOException e) {
            throw new UncheckedIOException("deleting segments of " + files.directory() + " failed", e);
        } finally {
            maintenanceLock.unlock();
        }
    }

    /** Takes the closed segments below {@code offset} out of the list, so that no reader finds them any more. */
    private List<Segment> withoutFirst(long offset) {
        appendLock.lock();
        try {
            var all = segments.all();
            // The last one stays even if it is closed: it says where the next record goes.
            int count = Math.min(SegmentExpiry.countBelow(all, offset), all.length - 1);
            segments.removeFirst(Math.max(0, count));
            return List.of(Arrays.copyOf(all, Math.max(0, count)));
        } finally {
            appendLock.unlock();
        }
    }

    @Override
    public void endSegment() {
        maintenanceLock.lock();
        appendLock.lock();
        try {
            requireWritable();
            var open = writer.segment();
            if (open != null && open.records() > 0) {
                force();
                writer.end();
                seals.add(open, writer.cycle(), producers.all());
            }
            seals.finish();
        } finally {
            appendLock.unlock();
            maintenanceLock.unlock();
        }
    }

    @Override
    public long archiveBelow(long offset) {
        archive.required();
        maintenanceLock.lock();
        try {
            long archived = startOffset();
            for (var segment : segments.all()) {
                if (segment.end() > offset || segment.state() == SegmentState.OPEN) {
                    break;
                }
                if (segment.state() == SegmentState.SEALED) {
                    archive.archive(files, segment);
                }
                archived = segment.end();
            }
            return archived;
        } catch (IOException e) {
            throw new UncheckedIOException("archiving segments of " + files.directory() + " failed", e);
        } finally {
            maintenanceLock.unlock();
        }
    }

    @Override
    public @Nullable String damage() {
        return damages.text();
    }

    /** Returns the segment that holds {@code offset}. */
    private Segment segmentOf(long offset) {
        var segment = offset < 0 || offset >= endOffset ? null : segments.from(offset);
        if (segment == null) {
            throw outOfBounds(offset);
        }
        if (offset >= segment.end()) {
            throw new CorruptBatchException("offset " + offset + " of " + files.directory() + " is in no segment");
        }
        return segment;
    }

    private IndexOutOfBoundsException outOfBounds(long offset) {
        return new IndexOutOfBoundsException(
                "offset " + offset + " is not in [" + startOffset() + ", " + endOffset + ")");
    }

    /** Reads, again if what was read was deleted meanwhile; takes note of damage. */
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

    /** Makes the next read of each batch check its CRC again. */
    void forgetChecks() {
        for (var segment : segments.all()) {
            segment.forgetChecks();
        }
    }

    /** Returns the segments as they are now; not to be written to. */
    Segment[] segmentsNow() {
        return segments.all();
    }

    /** Takes note of damage. */
    void damaged(String what) {
        damages.found(what);
    }

    /** Closes Chronicle's files until the next append, unless one is under way. */
    void closeQueue() {
        if (appendLock.tryLock()) {
            try {
                writer.closeQueue();
            } finally {
                appendLock.unlock();
            }
        }
    }

    @Override
    public void close() {
        maintenanceLock.lock();
        appendLock.lock();
        try {
            if (closed) {
                return;
            }
            force();
            closed = true;
            seals.finish();
            if (failure == null) {
                writer.leaveClean(producers.all());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing " + files.directory() + " failed", e);
        } finally {
            closed = true;
            writer.closeQueue();
            openQueues.forget(this);
            for (var segment : segments.all()) {
                segment.deleted();
            }
            appendLock.unlock();
            maintenanceLock.unlock();
        }
    }
}
