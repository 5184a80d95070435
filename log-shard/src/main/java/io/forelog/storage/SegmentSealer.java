package io.forelog.storage;

import io.forelog.record.RecordBatch;
import io.forelog.storage.SegmentScan.AtDamage;
import io.forelog.storage.ShardLog.ProducerState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Makes a rolled segment a sealed one: cut to size, forced, indexed, digested, and moved out of Chronicle's sight. */
final class SegmentSealer {

    private SegmentSealer() {}

    /**
     * Seals {@code segment}. Each step can be repeated: a start after a crash in between finds the file where it
     * was, or where it goes, and does the rest.
     *
     * @param damaged whether bytes behind its last good batch are kept as they are, for whoever looks into it
     * @throws io.forelog.error.DiskFullException if the index has no room; the segment stays readable as it is
     */
    static void seal(ShardFiles files, Segment segment, int cycle, boolean damaged, List<ProducerState> producers)
            throws IOException {
        var index = segment.openIndex();
        if (index == null) {
            return;
        }
        int bytes = damaged ? Integer.MAX_VALUE : SegmentSummary.sealedBytes(segment.dataEnd());
        segment.change(file -> Uninterrupted.call(() -> cut(file, bytes)));
        Uninterrupted.call(() -> force(segment.file()));
        var summary = summary(segment, index, cycle, damaged, producers);
        var indexFile = files.index(segment.base());
        IndexWriter.write(indexFile, summary, index);
        var to = files.segment(segment.base());
        if (!segment.file().equals(to)) {
            segment.change(file -> Files.move(file, to, StandardCopyOption.ATOMIC_MOVE));
        }
        ShardFiles.forceDirectory(files.directory());
        segment.sealed(to, indexFile);
    }

    /**
     * Writes the index of a sealed segment anew from its batches, where it is missing or damaged. Batches that are
     * damaged themselves are left out; those behind them are kept.
     *
     * @param end the offset that the segment goes to, or -1 if nothing tells
     * @param producers takes note of what its batches say
     * @return the damage found in the segment
     */
    static List<Damage> reindex(Path file, Path indexFile, long base, long end, int cycle, Producers producers)
            throws IOException {
        var mapping = Mapping.of(file);
        try {
            var bytes = mapping.bytes();
            var scan = SegmentScan.of(
                    bytes, base, AtDamage.SKIP, (batch, position) -> producers.appended(batch, batch.baseOffset()));
            if (end > scan.endOffset()) {
                scan.index().addHole((int) (end - scan.endOffset()));
            }
            int fileCrc =
                    IndexWriter.crc(bytes, 0, Math.min(SegmentSummary.sealedBytes(scan.dataEnd()), bytes.capacity()));
            IndexWriter.write(
                    indexFile,
                    new SegmentSummary(
                            base,
                            scan.endOffset(),
                            scan.dataEnd(),
                            cycle,
                            !scan.damage().isEmpty(),
                            false,
                            scan.batchBytes(),
                            0,
                            fileCrc,
                            digest(bytes, scan.index()),
                            producers.all()),
                    scan.index());
            return scan.damage();
        } finally {
            mapping.close();
        }
    }

    private static Path cut(Path file, int size) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
        return file;
    }

    private static Path force(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        return file;
    }

    private static SegmentSummary summary(
            Segment segment, OpenIndex index, int cycle, boolean damaged, List<ProducerState> producers)
            throws IOException {
        var mapping = Mapping.of(segment.file());
        try {
            var bytes = mapping.bytes();
            int fileCrc = IndexWriter.crc(
                    bytes, 0, Math.min(SegmentSummary.sealedBytes(segment.dataEnd()), bytes.capacity()));
            return new SegmentSummary(
                    segment.base(),
                    segment.end(),
                    segment.dataEnd(),
                    cycle,
                    damaged,
                    false,
                    segment.batchBytes(),
                    0,
                    fileCrc,
                    digest(bytes, index),
                    producers);
        } finally {
            mapping.close();
        }
    }

    /** Returns the SHA-256 of all batches of a segment's file, in order. */
    static byte[] digest(ByteBuffer bytes, SegmentIndex index) {
        var digest = sha256();
        for (int batch = 0; batch < index.batches(); batch++) {
            int position = index.position(batch);
            if (position != OpenIndex.HOLE) {
                digest.update(bytes.slice(position, RecordBatch.sizeAt(bytes, position)));
            }
        }
        return digest.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the CRC32C of what is before a segment's first batch: Chronicle's header and first index. */
    static int firstCrc(ByteBuffer data, SegmentIndex index) {
        return index.batches() == 0 ? 0 : IndexWriter.crc(data, 0, index.position(0));
    }

    /** Returns the same of a segment whose queue is closed. */
    static int firstCrc(Segment segment) throws IOException {
        var mapping = Mapping.of(segment.file());
        try {
            return firstCrc(mapping.bytes(), segment.index());
        } finally {
            mapping.close();
        }
    }

    /** Returns the CRC32C of a file up to {@code end}. */
    static int fileCrc(Path file, int end) throws IOException {
        var mapping = Mapping.of(file);
        try {
            return IndexWriter.crc(mapping.bytes(), 0, end);
        } finally {
            mapping.close();
        }
    }
}
