package io.forelog.simulation.cluster;

import io.forelog.error.DiskFullException;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.replication.ShardId;
import io.forelog.storage.SegmentInfo;
import io.forelog.storage.ShardLog;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private final ShardId id;
    private final ShardFile file;
    private final long openedIn;
    private boolean closed;

    SimulatedShardLog(SimulatedDisk disk, ShardId id, ShardFile file) {
        this.disk = disk;
        this.id = id;
        this.file = file;
        this.openedIn = disk.incarnation();
        file.recover();
    }

    @Override
    public long startOffset() {
        return file.start();
    }

    @Override
    public long endOffset() {
        return file.end();
    }

    @Override
    public long forcedOffset() {
        return file.forced();
    }

    @Override
    public long bytes() {
        return file.localBytes();
    }

    @Override
    public long append(RecordBatch batch, int epoch) {
        requireUsable();
        requireRoom(batch.sizeBytes());
        long base = endOffset();
        file.add(disk.stored(batch.withBaseOffset(base, epoch)));
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
        file.beginAt(offset);
    }

    @Override
    public void force() {
        requireUsable();
        if (disk.failsForces()) {
            throw new UncheckedIOException("simulated failure of a force", new IOException());
        }
        if (!disk.ignoresForces()) {
            file.force();
        }
    }

    @Override
    public LogRecord read(long offset) {
        var batch = file.batchOf(offset);
        batch.verifyCrc();
        return disk.read(batch.record((int) (offset - batch.baseOffset())));
    }

    @Override
    public List<RecordBatch> readBatches(long from, long end, int bytesMax) {
        var found = new ArrayList<RecordBatch>();
        long bytes = 0;
        if (from < file.start() || from > endOffset()) {
            throw new IndexOutOfBoundsException("offset " + from + " is not in " + file.start() + " to " + endOffset());
        }
        for (long next = from; next < Math.min(end, endOffset()) && (found.isEmpty() || bytes < bytesMax); ) {
            var batch = file.batchOf(next);
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
        return LongStream.range(Math.max(from, file.start()), Math.min(end, endOffset()))
                .filter(offset -> Arrays.equals(key, read(offset).key()))
                .limit(limit)
                .toArray();
    }

    @Override
    public long[] offsetsBelow(byte[] key, long end, int limit) {
        long last = Math.min(end, endOffset()) - 1;
        return LongStream.rangeClosed(0, last - file.start())
                .map(back -> last - back)
                .filter(offset -> Arrays.equals(key, read(offset).key()))
                .limit(limit)
                .toArray();
    }

    @Override
    public long offsetAtTime(long timestamp) {
        return LongStream.range(file.start(), endOffset())
                .filter(offset -> read(offset).timestamp() >= timestamp)
                .findFirst()
                .orElse(endOffset());
    }

    @Override
    public List<ProducerState> producers() {
        return file.producers();
    }

    @Override
    public List<SegmentInfo> segments() {
        return file.infos();
    }

    @Override
    public boolean isArchived(long offset) {
        return file.isArchived(offset);
    }

    @Override
    public long wholeFrom(long from) {
        return file.wholeFrom(Math.max(from, startOffset()));
    }

    @Override
    public long expiredBelow(long oldest, long bytesMax) {
        return disk.expired(file.expiredBelow(oldest, bytesMax), endOffset());
    }

    @Override
    public long deleteBelow(long offset) {
        requireUsable();
        disk.deleted(id, file.deleteBelow(offset), startOffset());
        return startOffset();
    }

    @Override
    public void endSegment() {
        force();
        file.endSegment();
    }

    @Override
    public long archiveBelow(long offset) {
        requireUsable();
        return file.archiveBelow(offset);
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
