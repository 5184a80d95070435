package io.forelog.storage;

import io.forelog.error.RecordTooLargeException;
import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog.ProducerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The appending side of one shard: the Chronicle queue, the open segment, and the disk reserved ahead of it.
 *
 * <p>Confined to one thread at a time.
 */
final class ShardWriter {

    private static final int PREALLOCATE_BYTES_MIN = 1 << 20;
    /**
     * What a record takes in a batch at least: its length and five fields of a byte each, and that it has no headers.
     */
    private static final int RECORD_BYTES_MIN = 7;

    private final ShardFiles files;
    private final StorageConfig config;
    private final FreeSpace space;
    private @Nullable SegmentQueue queue;
    private @Nullable Segment segment;
    private int cycle;
    private int firstCrc;
    private long reservedEnd;

    /**
     * @param segment the segment that can be continued, or null
     * @param cycle its number, or the last one that was used
     */
    ShardWriter(
            ShardFiles files,
            StorageConfig config,
            FreeSpace space,
            @Nullable Segment segment,
            int cycle,
            int firstCrc) {
        this.files = files;
        this.config = config;
        this.space = space;
        this.segment = segment;
        this.cycle = cycle;
        this.firstCrc = firstCrc;
        this.reservedEnd = segment == null ? 0 : segment.dataEnd();
    }

    /** Returns the segment that appends go to, or null if the next one begins another. */
    @Nullable
    Segment segment() {
        return segment;
    }

    int cycle() {
        return cycle;
    }

    /** Returns whether a batch of so many records goes into another segment than the last one. */
    boolean rollsFor(RecordBatch batch) {
        var open = segment;
        return open == null
                || open.records() > 0
                        && (open.batchBytes() + batch.sizeBytes() > config.segmentBytes()
                                || open.records() + batch.count() > config.segmentRecordsMax());
    }

    /**
     * Returns whether batches of so many bytes in all, and at most as many records, go into what is open and reserved.
     */
    boolean isReadyFor(int bytes) {
        var open = segment;
        return open != null
                && queue != null
                && !(open.index() instanceof ClosedIndex)
                && open.batchBytes() + bytes <= config.segmentBytes()
                && open.records() + bytes / RECORD_BYTES_MIN <= config.segmentRecordsMax()
                && (long) open.dataEnd() + bytes + SegmentQueue.OVERHEAD_BYTES_MAX <= reservedEnd;
    }

    /**
     * Begins another segment, with disk reserved for what it holds at first.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; the log is as it was
     */
    Segment begin(long base, int batchBytes) {
        var full = segment;
        if (full != null) {
            resume(full);
        }
        int next = cycle + 1;
        Path file = SegmentQueue.file(files.queue(), next);
        long wanted = firstBytes(batchBytes);
        space.require(wanted);
        var opened = queue;
        try {
            Files.createDirectories(files.queue());
            if (opened == null) {
                // Before the file is there: Chronicle would wait for someone else to write its header.
                opened = openQueue(next);
            }
            NativeFiles.reserve(file, 0, wanted);
            ShardFiles.forceDirectory(files.queue());
            ShardFiles.forceDirectory(files.directory());
        } catch (IOException | RuntimeException e) {
            abandon(file, queue == null ? opened : null);
            throw e instanceof RuntimeException
                    ? (RuntimeException) e
                    : new UncheckedIOException("cannot begin a segment at offset " + base, (IOException) e);
        }
        if (queue != null) {
            queue.roll();
        }
        queue = opened;
        cycle = next;
        reservedEnd = wanted;
        var begun = Segment.empty(file, base);
        segment = begun;
        return begun;
    }

    private SegmentQueue openQueue(int number) throws IOException {
        // Chronicle's table of locks and cycles: it makes a new one, and an old one may be damaged or locked.
        Files.deleteIfExists(files.queue().resolve(SegmentQueue.METADATA));
        return new SegmentQueue(files.queue(), number, config);
    }

    private static void abandon(Path file, @Nullable SegmentQueue opened) {
        if (opened != null) {
            opened.close();
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file + ", which was not used", e);
        }
    }

    /**
     * Writes a batch to the end of the open segment and adds it to its index.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; nothing was written
     */
    void append(RecordBatch batch, long base, int epoch) {
        requireFits(batch.sizeBytes());
        var open = segment;
        if (open == null) {
            throw new IllegalStateException("no segment is open");
        }
        resume(open);
        reserve(open, batch.sizeBytes());
        long position = queue(open).append(batch.buffer(), base, epoch);
        if (position <= open.dataEnd() || position > reservedEnd) {
            throw new IllegalStateException(
                    "Chronicle wrote at position " + position + " where " + open.dataEnd() + " was the end");
        }
        open.appended(batch, (int) position);
    }

    /** Takes the index of a segment that a clean stop left open onto the heap; from here on a stop is unclean. */
    private void resume(Segment open) {
        if (!(open.index() instanceof ClosedIndex closed)) {
            return;
        }
        try {
            var index = OpenIndex.of(closed, open.records());
            Files.delete(files.openIndex());
            ShardFiles.forceDirectory(files.directory());
            open.reopened(index);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot continue " + open.file(), e);
        }
    }

    private void reserve(Segment open, int batchBytes) {
        long needed = (long) open.dataEnd() + batchBytes + SegmentQueue.OVERHEAD_BYTES_MAX;
        if (needed <= reservedEnd) {
            space.require(0);
            return;
        }
        long wanted = reservedEndFor(needed);
        space.require(wanted - reservedEnd);
        try {
            NativeFiles.reserve(open.file(), reservedEnd, wanted);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reserve disk for " + open.file(), e);
        }
        reservedEnd = wanted;
    }

    private long reservedEndFor(long needed) {
        long step = Math.clamp(
                reservedEnd, PREALLOCATE_BYTES_MIN, Math.max(PREALLOCATE_BYTES_MIN, config.preallocateBytesMax()));
        // Not beyond what the segment comes to: the rest would be cut off when it is sealed.
        long most = Math.max(needed, SegmentQueue.fileBytes(config));
        return Math.min(most, Math.max(needed, reservedEnd + step));
    }

    private static long firstBytes(int batchBytes) {
        return SegmentQueue.FIRST_BYTES + batchBytes + SegmentQueue.OVERHEAD_BYTES_MAX + PREALLOCATE_BYTES_MIN;
    }

    private void requireFits(int batchBytes) {
        if (batchBytes > config.batchBytesMax()) {
            throw new RecordTooLargeException(
                    "a batch of " + batchBytes + " bytes is over storage.batchBytesMax = " + config.batchBytesMax());
        }
    }

    /** @throws io.forelog.error.DiskFullException if there would be no room for a batch of so many bytes now */
    void requireRoom(int batchBytes) {
        requireFits(batchBytes);
        var open = segment;
        long more = firstBytes(batchBytes);
        if (open != null) {
            long needed = (long) open.dataEnd() + batchBytes + SegmentQueue.OVERHEAD_BYTES_MAX;
            more = needed <= reservedEnd ? 0 : Math.max(more, reservedEndFor(needed) - reservedEnd);
        }
        space.check(more);
    }

    /** Begins anew: the next append goes into a segment of its own, whatever was open is about to go. */
    void restart() {
        closeQueue();
        segment = null;
        reservedEnd = 0;
    }

    /** Ends the open segment, which is to be sealed: the next append begins another. */
    void end() {
        var open = segment;
        if (open != null) {
            resume(open);
        }
        restart();
    }

    private SegmentQueue queue(Segment open) {
        var known = queue;
        if (known == null) {
            known = reopened(open);
            queue = known;
        }
        return known;
    }

    /**
     * Opens the queue again on a segment that was closed in order. Chronicle finds its end in its own header: so
     * that is made sure of first.
     */
    private SegmentQueue reopened(Segment open) {
        try {
            if (open.records() > 0 && SegmentSealer.firstCrc(open) != firstCrc) {
                throw new IllegalStateException("the header of " + open.file() + " was altered since it was closed");
            }
            return openQueue(cycle);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + open.file() + " again", e);
        }
    }

    /** Closes the queue; the next append opens it again. Nothing is lost that a kill would not lose either. */
    void closeQueue() {
        var known = queue;
        if (known != null) {
            known.close();
            queue = null;
            var open = segment;
            if (open != null && open.records() > 0) {
                firstCrc = headerOf(open);
            }
        }
    }

    private static int headerOf(Segment open) {
        try {
            return SegmentSealer.firstCrc(open);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + open.file(), e);
        }
    }

    /** Closes the queue and writes the open segment's index beside it, so that the next start finds it whole. */
    void leaveClean(List<ProducerState> producers) throws IOException {
        closeQueue();
        var open = segment;
        if (open == null) {
            return;
        }
        var index = open.openIndex();
        if (index != null && open.records() == 0) {
            Files.deleteIfExists(open.file());
        } else if (index != null) {
            var summary = new SegmentSummary(
                    open.base(),
                    open.end(),
                    open.dataEnd(),
                    cycle,
                    false,
                    false,
                    open.batchBytes(),
                    firstCrc,
                    SegmentSealer.fileCrc(open.file(), open.dataEnd()),
                    new byte[IndexLayout.DIGEST_BYTES],
                    producers);
            force(open);
            IndexWriter.write(files.openIndex(), summary, index);
        }
        Files.deleteIfExists(files.queue().resolve(SegmentQueue.METADATA));
        ShardFiles.forceDirectory(files.directory());
    }

    /** Forces a segment's file. */
    static void force(Segment segment) throws IOException {
        Uninterrupted.call(() -> {
            try (var channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
                channel.force(false);
            }
            return segment;
        });
    }
}
