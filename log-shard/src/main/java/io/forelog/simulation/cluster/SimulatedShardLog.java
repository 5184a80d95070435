package io.forelog.simulation.cluster;

import io.forelog.error.DiskFullException;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.storage.SegmentInfo;
import io.forelog.storage.ShardLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The records of a shard replica on a simulated disk. It keeps what {@link ShardLog} promises: after a crash what was
 * forced is there, and of the rest some batches from the first on; a damaged batch is found by its CRC when it is read,
 * and at the next opening ends the log there, as recovery does.
 */
final class SimulatedShardLog implements ShardLog {

    private final SimulatedDisk disk;
    private final ShardFile file;
    private final long openedIn;
    private boolean closed;

    /** What is on the disk. */
    static final class ShardFile {

        private final List<RecordBatch> batches = new ArrayList<>();
        private long start;
        private int forced;

        long end() {
            return batches.isEmpty() ? start : batches.getLast().endOffset();
        }

        /** Loses batches that were not forced, but for the first {@code kept} of them. */
        void crash(int kept) {
            batches.subList(Math.min(batches.size(), forced + kept), batches.size())
                    .clear();
            forced = batches.size();
        }

        int unforced() {
            return batches.size() - forced;
        }

        int count() {
            return batches.size();
        }

        /** Flips a bit of a batch. */
        void flip(int batch, int bit) {
            var bytes = batches.get(batch).buffer();
            var copy = new byte[bytes.remaining()];
            bytes.get(copy);
            // The header tells where batches are; a CRC covers what comes after it.
            int at = RecordBatch.HEADER_BYTES + bit / Byte.SIZE % (copy.length - RecordBatch.HEADER_BYTES);
            copy[at] ^= (byte) (1 << bit % Byte.SIZE);
            batches.set(batch, RecordBatch.wrap(ByteBuffer.wrap(copy)));
        }

        /** Ends the log before the first damaged batch, as recovery does. */
        void recover() {
            for (int i = 0; i < batches.size(); i++) {
                if (isDamaged(batches.get(i))) {
                    batches.subList(i, batches.size()).clear();
                    forced = Math.min(forced, i);
                }
            }
        }

        private static boolean isDamaged(RecordBatch batch) {
            try {
                batch.verifyCrc();
                return false;
            } catch (CorruptBatchException e) {
                return true;
            }
        }
    }

    SimulatedShardLog(SimulatedDisk disk, ShardFile file) {
        this.disk = disk;
        this.file = file;
        this.openedIn = disk.incarnation();
        file.recover();
    }

    @Override
    public long startOffset() {
        return file.start;
    }

    @Override
    public long endOffset() {
        return file.end();
    }

    @Override
    public long forcedOffset() {
        return file.forced == 0 ? file.start : file.batches.get(file.forced - 1).endOffset();
    }

    @Override
    public long bytes() {
        return file.batches.stream().mapToLong(RecordBatch::sizeBytes).sum();
    }

    @Override
    public long append(RecordBatch batch, int epoch) {
        requireUsable();
        requireRoom(batch.sizeBytes());
        long base = endOffset();
        file.batches.add(disk.stored(batch.withBaseOffset(base, epoch)));
        return base;
    }

    private void requireUsable() {
        if (closed || openedIn != disk.incarnation()) {
            throw new IllegalStateException("the log is closed");
        }
    }

    @Override
    public void requireRoom(int batchBytes) {
        if (disk.isFull()) {
            throw new DiskFullException("the simulated disk is full");
        }
    }

    @Override
    public boolean isReadyFor(int bytes) {
        return !disk.isFull() && file.count() % 16 != 0;
    }

    @Override
    public void beginAt(long offset) {
        requireUsable();
        file.batches.clear();
        file.forced = 0;
        file.start = offset;
    }

    @Override
    public void force() {
        requireUsable();
        if (disk.failsForces()) {
            throw new UncheckedIOException("simulated failure of a force", new IOException());
        }
        if (!disk.ignoresForces()) {
            file.forced = file.batches.size();
        }
    }

    @Override
    public LogRecord read(long offset) {
        var batch = batchOf(offset);
        batch.verifyCrc();
        return disk.read(batch.record((int) (offset - batch.baseOffset())));
    }

    private RecordBatch batchOf(long offset) {
        if (offset < file.start || offset >= endOffset()) {
            throw new IndexOutOfBoundsException("offset " + offset + " is not in " + file.start + " to " + endOffset());
        }
        int low = 0;
        int high = file.batches.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (file.batches.get(middle).baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return file.batches.get(low);
    }

    @Override
    public List<RecordBatch> readBatches(long from, long end, int bytesMax) {
        var found = new ArrayList<RecordBatch>();
        long bytes = 0;
        if (from < file.start || from > endOffset()) {
            throw new IndexOutOfBoundsException("offset " + from + " is not in " + file.start + " to " + endOffset());
        }
        for (long next = from; next < Math.min(end, endOffset()) && (found.isEmpty() || bytes < bytesMax); ) {
            var batch = batchOf(next);
            batch.verifyCrc();
            found.add(batch);
            bytes += batch.sizeBytes();
            next = batch.endOffset();
        }
        return found;
    }

    @Override
    public long newestOffset(byte[] key, long end) {
        var found = offsetsBelow(key, end, 1);
        return found.length == 0 ? -1 : found[0];
    }

    @Override
    public long[] offsetsFrom(byte[] key, long from, long end, int limit) {
        return LongStream.range(Math.max(from, file.start), Math.min(end, endOffset()))
                .filter(offset -> Arrays.equals(key, read(offset).key()))
                .limit(limit)
                .toArray();
    }

    @Override
    public long[] offsetsBelow(byte[] key, long end, int limit) {
        long last = Math.min(end, endOffset()) - 1;
        return LongStream.rangeClosed(0, last - file.start)
                .map(back -> last - back)
                .filter(offset -> Arrays.equals(key, read(offset).key()))
                .limit(limit)
                .toArray();
    }

    @Override
    public long offsetAtTime(long timestamp) {
        return LongStream.range(file.start, endOffset())
                .filter(offset -> read(offset).timestamp() >= timestamp)
                .findFirst()
                .orElse(endOffset());
    }

    @Override
    public List<ProducerState> producers() {
        return file.batches.stream()
                .filter(batch -> batch.producerId() >= 0)
                .map(batch -> new ProducerState(
                        batch.producerId(),
                        batch.producerEpoch(),
                        batch.baseSequence(),
                        batch.baseOffset(),
                        batch.count()))
                .toList();
    }

    /** There are none: the model has no files. */
    @Override
    public List<SegmentInfo> segments() {
        return List.of();
    }

    /** Nothing: the model has no retention. */
    @Override
    public long expiredBelow(long oldest, long bytesMax) {
        return file.start;
    }

    @Override
    public long deleteBelow(long offset) {
        return file.start;
    }

    /** There are no segments. */
    @Override
    public void endSegment() {}

    @Override
    public long archiveBelow(long offset) {
        throw new IllegalStateException("the simulated node has no archive");
    }

    @Override
    public @Nullable String damage() {
        return null;
    }

    @Override
    public void close() {
        if (!closed && openedIn == disk.incarnation() && !disk.failsForces()) {
            force();
        }
        closed = true;
    }
}
