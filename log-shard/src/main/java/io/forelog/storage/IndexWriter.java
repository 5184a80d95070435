package io.forelog.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes the index file of a segment. */
final class IndexWriter {

    private IndexWriter() {}

    /**
     * Writes and forces {@code target}, whole or not at all.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; nothing is left behind
     */
    static void write(Path target, SegmentSummary summary, OpenIndex index) throws IOException {
        writeWhole(target, encode(summary, index));
    }

    /** Writes and forces {@code target} in one step, as far as anyone can see. */
    static void writeWhole(Path target, ByteBuffer bytes) throws IOException {
        Uninterrupted.call(() -> writeRenamed(target, bytes.duplicate()));
    }

    private static Path writeRenamed(Path target, ByteBuffer bytes) throws IOException {
        var temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            try (var channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw DiskFull.orSame(e, target);
        }
    }

    static ByteBuffer encode(SegmentSummary summary, OpenIndex index) {
        long[] keys = sortedKeys(index);
        var layout = IndexLayout.of(
                index.batches(),
                index.records(),
                keys.length,
                summary.producers().size());
        var target = ByteBuffer.allocate(layout.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        putBatches(target, layout, index);
        putKeys(target, layout, keys);
        int at = layout.producersAt();
        for (var producer : summary.producers()) {
            target.putLong(at, producer.producerId())
                    .putLong(at + 8, producer.baseOffset())
                    .putInt(at + 16, producer.sequence())
                    .putInt(at + 20, producer.count())
                    .putShort(at + 24, producer.producerEpoch());
            at += IndexLayout.PRODUCER_BYTES;
        }
        putHeader(target, layout, summary, index);
        return target;
    }

    private static long[] sortedKeys(OpenIndex index) {
        var keys = new long[Math.max(16, index.records())];
        int[] count = {0};
        index.forEachKey(key -> keys[count[0]++] = key);
        long[] sorted = Arrays.copyOf(keys, count[0]);
        Arrays.sort(sorted);
        return sorted;
    }

    private static void putBatches(ByteBuffer target, IndexLayout layout, OpenIndex index) {
        for (int batch = 0; batch < layout.batches(); batch++) {
            target.putInt(layout.firstRecords() + batch * Integer.BYTES, index.firstRecord(batch));
            target.putInt(layout.positions() + batch * Integer.BYTES, index.position(batch));
        }
        for (int mark = 0; mark < layout.markCount(); mark++) {
            target.putInt(layout.marks() + mark * Integer.BYTES, index.mark(mark * SegmentIndex.RECORDS_PER_MARK));
        }
        for (int group = 0; group < TimeGroups.groups(layout.batches()); group++) {
            target.putLong(layout.times() + group * Long.BYTES, index.time(group));
        }
    }

    private static void putKeys(ByteBuffer target, IndexLayout layout, long[] keys) {
        int filled = 0;
        for (int i = 0; i < keys.length; i++) {
            int hash = (int) (keys[i] >> 32);
            target.putInt(layout.hashes() + i * Integer.BYTES, hash);
            target.putInt(layout.records() + i * Integer.BYTES, (int) keys[i]);
            BloomFilter.add(target, layout.bloom(), layout.bloomBlocks(), hash);
            for (int bucket = layout.bucketOf(hash); filled <= bucket; filled++) {
                target.putInt(layout.directory() + filled * Integer.BYTES, i);
            }
        }
        for (; filled <= 1 << layout.bucketBits(); filled++) {
            target.putInt(layout.directory() + filled * Integer.BYTES, keys.length);
        }
    }

    private static void putHeader(ByteBuffer target, IndexLayout layout, SegmentSummary summary, OpenIndex index) {
        target.putLong(IndexLayout.AT_MAGIC, IndexLayout.MAGIC)
                .putInt(IndexLayout.AT_VERSION, IndexLayout.VERSION)
                .putInt(IndexLayout.AT_FLAGS, flags(summary))
                .putLong(IndexLayout.AT_BASE, summary.base())
                .putLong(IndexLayout.AT_END, summary.end())
                .putInt(IndexLayout.AT_DATA_END, summary.dataEnd())
                .putInt(IndexLayout.AT_BATCHES, layout.batches())
                .putInt(IndexLayout.AT_KEYS, layout.keys())
                .putInt(IndexLayout.AT_BUCKET_BITS, layout.bucketBits())
                .putInt(IndexLayout.AT_PRODUCERS, layout.producers())
                .putLong(IndexLayout.AT_MAX_TIMESTAMP, index.maxTimestamp())
                .putLong(IndexLayout.AT_BATCH_BYTES, summary.batchBytes())
                .putInt(IndexLayout.AT_CYCLE, summary.cycle())
                .putInt(IndexLayout.AT_FIRST_CRC, summary.firstCrc())
                .putInt(IndexLayout.AT_FILE_CRC, summary.fileCrc())
                .put(IndexLayout.AT_DIGEST, summary.digest())
                .putInt(IndexLayout.AT_BODY_CRC, crc(target, IndexLayout.BODY, layout.sizeBytes()))
                .putInt(IndexLayout.AT_HEADER_CRC, crc(target, 0, IndexLayout.AT_HEADER_CRC));
    }

    private static int flags(SegmentSummary summary) {
        return (summary.damaged() ? IndexLayout.FLAG_DAMAGED : 0)
                | (summary.archived() ? IndexLayout.FLAG_ARCHIVED : 0);
    }

    static int crc(ByteBuffer bytes, int from, int end) {
        var crc = new CRC32C();
        crc.update(bytes.slice(from, end - from));
        return (int) crc.getValue();
    }
}
