package io.forelog.storage;

import io.forelog.record.RecordBatch;
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
     * @throws io.forelog.error.DiskFullException if the index has no room; the segment stays readable as it is
     */
    static void seal(ShardFiles files, Segment segment, int cycle, boolean damaged, List<ProducerState> producers)
            throws IOException {
        var index = segment.openIndex();
        if (index == null) {
            return;
        }
        var from = segment.file();
        try (var channel = FileChannel.open(from, StandardOpenOption.WRITE)) {
            if (!damaged) {
                channel.truncate(sealedBytes(segment.dataEnd()));
            }
            channel.force(true);
        }
        var summary = new SegmentSummary(segment.base(), segment.end(), segment.dataEnd(), cycle, damaged,
                segment.batchBytes(), 0, digest(segment, index), producers);
        var indexFile = files.index(segment.base());
        IndexWriter.write(indexFile, summary, index);
        var to = files.segment(segment.base());
        if (!from.equals(to)) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
        ShardFiles.forceDirectory(files.directory());
        segment.sealed(to, indexFile);
    }

    /** Leaves room for the mark with which Chronicle ends a cycle. */
    private static long sealedBytes(int dataEnd) {
        return ((dataEnd + 3) & ~3) + Integer.BYTES;
    }

    /** Returns the SHA-256 of all batches of a segment, in order. */
    static byte[] digest(Segment segment, SegmentIndex index) {
        var digest = sha256();
        var bytes = segment.data();
        for (int batch = 0; batch < index.batches(); batch++) {
            int position = index.position(batch);
            digest.update(bytes.slice(position, RecordBatch.sizeAt(bytes, position)));
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
}
