package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.storage.SegmentScan.AtDamage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Re-reads sealed segments from the disk (what the page cache has of them is dropped first) and compares each with
 * its checksum: what rots is found while another replica still has it. A step reads a bounded number of bytes,
 * so that whoever calls it sets the rate.
 *
 * <p>Steps are confined to one thread; the progress may be read by any.
 */
final class Scrubber {

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final int BUFFER_BYTES = 1 << 20;

    private final Supplier<Collection<ChronicleShardLog>> logs;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Deque<Target> targets = new ArrayDeque<>();
    private @Nullable Reading reading;
    private boolean hasBegun;
    private volatile ScrubProgress progress = new ScrubProgress(0, 0, 0, 0, 0);

    private record Target(ChronicleShardLog log, Segment segment) {}

    Scrubber(Supplier<Collection<ChronicleShardLog>> logs) {
        this.logs = logs;
    }

    ScrubProgress progress() {
        return progress;
    }

    /** Reads about {@code bytes} more; begins a new pass when one is over. Returns whether a pass ended. */
    boolean step(long bytes) {
        for (long left = bytes; left > 0; ) {
            if (reading == null) {
                var target = targets.poll();
                if (target == null) {
                    if (beginPass()) {
                        return true;
                    }
                    continue;
                }
                reading = open(target);
            }
            if (reading != null) {
                left -= read(reading);
            }
        }
        return false;
    }

    /** Gathers what there is to read; returns whether a pass ended with that, or there is nothing. */
    private boolean beginPass() {
        boolean ended = hasBegun;
        hasBegun = true;
        for (var log : logs.get()) {
            for (var segment : log.segmentsNow()) {
                if (segment.state() == SegmentState.SEALED) {
                    targets.add(new Target(log, segment));
                }
            }
        }
        progress = new ScrubProgress(
                progress.passes() + (ended ? 1 : 0),
                0,
                targets.size(),
                progress.bytesRead(),
                progress.damagedSegments());
        return ended || targets.isEmpty();
    }

    private @Nullable Reading open(Target target) {
        var index = target.segment().indexFile();
        if (target.segment().state() != SegmentState.SEALED || index == null) {
            return null;
        }
        try {
            return new Reading(target, IndexHeader.read(index), channel(target.segment()));
        } catch (NoSuchFileException movedMeanwhile) {
            return null;
        } catch (IOException | CorruptBatchException e) {
            damaged(target, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static FileChannel channel(Segment segment) throws IOException {
        segment.unmap();
        NativeFiles.dropCached(segment.file());
        return FileChannel.open(segment.file(), StandardOpenOption.READ);
    }

    /** Reads one buffer; returns how much that was. */
    private int read(Reading from) {
        try {
            buffer.clear();
            int count = from.channel.read(buffer, from.position);
            if (count > 0) {
                int wanted = (int) Math.min(count, from.end() - from.position);
                from.crc.update(buffer.flip().limit(Math.max(0, wanted)));
                from.position += count;
                progress = progress.read(count);
            }
            if (count <= 0 || from.position >= from.end()) {
                finish(from);
            }
            return Math.max(1, count);
        } catch (IOException e) {
            damaged(from.target, "cannot be read: " + e.getMessage());
            close(from);
            return 1;
        }
    }

    private void finish(Reading from) {
        if (from.target.segment().state() == SegmentState.SEALED
                && (int) from.crc.getValue() != from.header.summary().fileCrc()) {
            nameDamage(from.target);
        }
        close(from);
    }

    /** Finds out which batches are damaged. */
    private void nameDamage(Target target) {
        var segment = target.segment();
        segment.forgetChecks();
        try {
            var bytes = ByteBuffer.wrap(Files.readAllBytes(segment.file()));
            var scan = SegmentScan.of(bytes, segment.base(), AtDamage.SKIP, (batch, position) -> {});
            scan.damage().forEach(what -> damaged(target, what.toString()));
            if (scan.damage().isEmpty()) {
                damaged(target, "bytes between its batches are not as they were written");
            }
        } catch (NoSuchFileException deletedMeanwhile) {
            LOG.debug("{} was deleted while it was scrubbed", segment.file());
        } catch (IOException e) {
            damaged(target, "cannot be read: " + e.getMessage());
        }
    }

    private void damaged(Target target, String what) {
        target.log().damaged(target.segment().file().getFileName() + ": " + what);
        progress = progress.damaged();
    }

    private void close(Reading from) {
        reading = null;
        progress = progress.segment();
        try {
            from.channel.close();
        } catch (IOException e) {
            LOG.warn("cannot close {}", from.target.segment().file(), e);
        }
    }

    void close() {
        if (reading != null) {
            close(reading);
        }
    }

    private static final class Reading {
        private final Target target;
        private final IndexHeader header;
        private final FileChannel channel;
        private final CRC32C crc = new CRC32C();
        private long position;

        Reading(Target target, IndexHeader header, FileChannel channel) {
            this.target = target;
            this.header = header;
            this.channel = channel;
        }

        int end() {
            return SegmentSummary.sealedBytes(header.summary().dataEnd());
        }
    }
}
