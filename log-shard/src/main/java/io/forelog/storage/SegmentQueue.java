package io.forelog.storage;

import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * The Chronicle queue of one shard, open for appends. Its directory holds the open segment, and those just rolled
 * until they are sealed and moved away: what Chronicle must open, it has written itself and closed in order, so
 * that its own recovery, which trusts header and index words without a checksum, never has a say.
 *
 * <p>Before each write the caller reserves disk for it and for {@link #OVERHEAD_BYTES_MAX} more.
 *
 * <p>Confined to one thread at a time.
 */
final class SegmentQueue implements AutoCloseable {

    /** What beside batches an append may write: padding, an index array of Chronicle's, the mark of the end. */
    static final int OVERHEAD_BYTES_MAX = 64 << 10;

    /** Header, first index and the array behind it. */
    static final int FIRST_BYTES = 128 << 10;

    /**
     * From this size on a batch is written to the file by a call: each page of a mapping that is touched for the first
     * time is a fault of its own, and may wait for the file system's journal.
     */
    private static final int CALL_BYTES_MIN = 64 << 10;

    private static final int TIMEOUT_MILLIS = 500;
    static final String METADATA = "metadata.cq4t";
    /** Chronicle maps two pages of 64 KiB for it and never grows it. */
    private static final int METADATA_BYTES = 128 << 10;

    private final Path directory;
    private final SegmentRollCycle cycle;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private @Nullable FileChannel channel;

    /**
     * Opens the queue in {@code directory} at the cycle with that number, which is continued if its file is there.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; no file was left that was not there
     */
    SegmentQueue(Path directory, int cycle, StorageConfig config) throws IOException {
        this.directory = directory;
        this.cycle = new SegmentRollCycle(cycle);
        NativeFiles.reserve(directory.resolve(METADATA), 0, METADATA_BYTES);
        this.queue = SingleChronicleQueueBuilder.single(directory.toString())
                .rollCycle(this.cycle)
                .timeProvider(this.cycle)
                .blockSize(blockBytes(config))
                .timeoutMS(TIMEOUT_MILLIS)
                .checkInterrupts(false)
                .build();
        this.appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
    }

    /** Returns the size that a full segment's file comes to: batches of the least size take an eighth more. */
    static long fileBytes(StorageConfig config) {
        return config.segmentBytes() + config.segmentBytes() / 8L + FIRST_BYTES + OVERHEAD_BYTES_MAX;
    }

    /** One mapping for a whole segment, whatever its last batch's size; a quarter of it bounds one excerpt. */
    private static long blockBytes(StorageConfig config) {
        return Math.max(fileBytes(config) + config.batchBytesMax(), 4L * (config.batchBytesMax() + OVERHEAD_BYTES_MAX));
    }

    /** Returns the file of the cycle with that number. */
    static Path file(Path directory, int cycle) {
        int seconds = cycle % 60;
        int minutes = cycle / 60 % 60;
        int hours = cycle / 3600 % 24;
        var day = java.time.LocalDate.ofEpochDay(cycle / 86_400);
        return directory.resolve(String.format(
                Locale.ROOT,
                "%04d%02d%02d-%02d%02d%02d.cq4",
                day.getYear(),
                day.getMonthValue(),
                day.getDayOfMonth(),
                hours,
                minutes,
                seconds));
    }

    Path file() {
        return file(directory, cycle.cycle());
    }

    int cycle() {
        return cycle.cycle();
    }

    /** Lets the next append begin a new segment. */
    void roll() {
        closeChannel();
        cycle.next();
    }

    /**
     * Writes a batch as one excerpt, with this offset and epoch.
     *
     * @return where in the file the batch begins
     */
    long append(ByteBuffer batch, long baseOffset, int epoch) {
        int size = batch.remaining();
        try (DocumentContext excerpt = appender.writingDocument()) {
            boolean written = false;
            try {
                var bytes = excerpt.wire().bytes();
                long position = bytes.writePosition();
                var target = memory(bytes.addressForWrite(position), size);
                if (size < CALL_BYTES_MIN) {
                    target.copyFrom(MemorySegment.ofBuffer(batch));
                } else {
                    Uninterrupted.call(() -> write(batch.duplicate(), position));
                }
                RecordBatch.stamp(target.asByteBuffer(), 0, baseOffset, epoch);
                bytes.writeSkip(size);
                written = true;
                return position;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write to " + file(), e);
            } finally {
                if (!written) {
                    excerpt.rollbackOnClose();
                }
            }
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment memory(long address, int size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    private ByteBuffer write(ByteBuffer batch, long position) throws IOException {
        var open = channel;
        if (open == null || !open.isOpen()) {
            open = FileChannel.open(file(), StandardOpenOption.WRITE);
            channel = open;
        }
        for (long at = position; batch.hasRemaining(); ) {
            at += open.write(batch, at);
        }
        return batch;
    }

    private void closeChannel() {
        var open = channel;
        channel = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file(), e);
        }
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
        closeChannel();
    }
}
