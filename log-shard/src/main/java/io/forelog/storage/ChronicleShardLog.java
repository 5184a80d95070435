package io.forelog.storage;

import io.forelog.error.ForelogException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A shard's records in segments on Chronicle Queue. Appends go through the queue; what readers ask for
 * {@link ShardReads} finds in the segments.
 */
final class ChronicleShardLog implements ShardLog {

    private final ShardFiles files;
    private final Producers producers;
    private final Damages damages;
    private final ShardWriter writer;
    private final SegmentSeals seals;
    private final OpenQueues openQueues;
    private final ScrubPace scrubPace;

    private final ReentrantLock appendLock = new ReentrantLock();
    private final ReentrantLock forceLock = new ReentrantLock();
    private final ReentrantLock maintenanceLock = new ReentrantLock();
    private final SegmentList segments;
    private final ShardArchive archive;
    private final ShardReads reads;
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
        this.scrubPace = bounds.scrubPace();
        this.damages = new Damages(files.directory().toString());
        recovery.damage().forEach(damages::found);
        this.segments = new SegmentList(recovery.segments().toArray(Segment[]::new), bounds.mappedSegments());
        this.reads = new ShardReads(files.directory(), segments, damages);
        this.forcedOffset = reads.endOffset();
    }

    @Override
    public long startOffset() {
        return reads.startOffset();
    }

    @Override
    public long endOffset() {
        return reads.endOffset();
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
            long base = reads.endOffset();
            if (writer.rollsFor(batch)) {
                roll(base, batch.sizeBytes());
            }
            writer.append(batch, base, epoch);
            scrubPace.appended(batch.sizeBytes());
            producers.appended(batch, base);
            reads.endAt(base + batch.count());
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
    public void prepare() {
        appendLock.lock();
        boolean interrupted = Thread.interrupted();
        try {
            requireWritable();
            if (writer.segment() == null) {
                roll(endOffset(), 0);
                openQueues.used(this);
            }
        } finally {
            appendLock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void beginAt(long offset) {
        maintenanceLock.lock();
        appendLock.lock();
        try {
            requireWritable();
            if (offset <= endOffset()) {
                throw new IllegalArgumentException(offset + " is not above " + endOffset() + ", the end");
            }
            seals.finish();
            writer.restart();
            var gone = segments.all();
            segments.removeFirst(gone.length);
            // As after a restart, which would find nothing of them; the checkpoint that is copied has what counts.
            producers.replaceBy(List.of());
            reads.endAt(offset);
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
            long target = endOffset();
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
        return reads.read(offset);
    }

    @Override
    public List<RecordBatch> readBatches(long from, long end, int bytesMax) {
        return reads.readBatches(from, end, bytesMax);
    }

    @Override
    public long newestOffset(byte[] key, long end) {
        return reads.newestOffset(key, end);
    }

    @Override
    public long[] offsetsFrom(byte[] key, long from, long end, int limit) {
        return reads.history(key, from, end, limit, false);
    }

    @Override
    public long[] offsetsBelow(byte[] key, long end, int limit) {
        return reads.history(key, 0, end, limit, true);
    }

    @Override
    public long offsetAtTime(long timestamp) {
        return reads.offsetAtTime(timestamp);
    }

    @Override
    public List<ProducerState> producers() {
        return producers.all();
    }

    @Override
    public List<SegmentInfo> segments() {
        return reads.segments();
    }

    @Override
    public boolean isArchived(long offset) {
        return reads.isArchived(offset);
    }

    @Override
    public long expiredBelow(long oldest, long bytesMax) {
        return SegmentExpiry.expiredBelow(segments.all(), oldest, bytesMax);
    }

    @Override
    public long wholeFrom(long from) {
        return archive.wholeFrom(files, segments.all(), Math.max(from, startOffset()));
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
            reads.close();
            seals.finish();
            if (failure == null) {
                writer.leaveClean(producers.all());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing " + files.directory() + " failed", e);
        } finally {
            closed = true;
            reads.close();
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
