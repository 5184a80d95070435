package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The first bytes of an index file: all that a start reads of a sealed segment.
 *
 * @param layout where the parts are
 * @param summary without its producers
 * @param maxTimestamp the newest timestamp
 */
record IndexHeader(IndexLayout layout, SegmentSummary summary, long maxTimestamp) {

    /** @throws CorruptBatchException if it is not the whole header of an index of that size */
    static IndexHeader parse(ByteBuffer bytes, long fileBytes) {
        var file = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (file.limit() < IndexLayout.HEADER_BYTES
                || file.getLong(IndexLayout.AT_MAGIC) != IndexLayout.MAGIC
                || file.getInt(IndexLayout.AT_HEADER_CRC) != IndexWriter.crc(file, 0, IndexLayout.AT_HEADER_CRC)) {
            throw new CorruptBatchException("not a whole index header");
        }
        if (file.getInt(IndexLayout.AT_VERSION) != IndexLayout.VERSION) {
            throw new CorruptBatchException("index version " + file.getInt(IndexLayout.AT_VERSION) + " is not known");
        }
        var layout = new IndexLayout(
                file.getInt(IndexLayout.AT_BATCHES),
                (int) (file.getLong(IndexLayout.AT_END) - file.getLong(IndexLayout.AT_BASE)),
                file.getInt(IndexLayout.AT_KEYS),
                file.getInt(IndexLayout.AT_BUCKET_BITS),
                file.getInt(IndexLayout.AT_PRODUCERS));
        if (layout.sizeBytes() != fileBytes) {
            throw new CorruptBatchException("an index of " + fileBytes + " bytes should have " + layout.sizeBytes());
        }
        return new IndexHeader(layout, summary(file), file.getLong(IndexLayout.AT_MAX_TIMESTAMP));
    }

    private static SegmentSummary summary(ByteBuffer file) {
        byte[] digest = new byte[IndexLayout.DIGEST_BYTES];
        file.get(IndexLayout.AT_DIGEST, digest);
        return new SegmentSummary(
                file.getLong(IndexLayout.AT_BASE),
                file.getLong(IndexLayout.AT_END),
                file.getInt(IndexLayout.AT_DATA_END),
                file.getInt(IndexLayout.AT_CYCLE),
                (file.getInt(IndexLayout.AT_FLAGS) & IndexLayout.FLAG_DAMAGED) != 0,
                (file.getInt(IndexLayout.AT_FLAGS) & IndexLayout.FLAG_ARCHIVED) != 0,
                file.getLong(IndexLayout.AT_BATCH_BYTES),
                file.getInt(IndexLayout.AT_FIRST_CRC),
                file.getInt(IndexLayout.AT_FILE_CRC),
                digest,
                List.of());
    }

    /** @throws CorruptBatchException if the file does not begin with a whole header of its own */
    static IndexHeader read(Path file) throws IOException {
        return Uninterrupted.call(() -> readHeader(file));
    }

    private static IndexHeader readHeader(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate(IndexLayout.HEADER_BYTES);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // A read may give less than was asked for.
            }
            return parse(bytes.flip(), channel.size());
        }
    }
}
