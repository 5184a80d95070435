package io.forelog.storage;

import io.forelog.error.ForelogException;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shard's records in segments on Chronicle Queue. Appends go through the queue; reads find a batch's position in
 * an index and take it from a mapping of the segment's file (see {@link Segment}).
 */
final class ChronicleShardLog implements ShardLog {

    /** How often a read looks again when a segment was unmapped, sealed or deleted under it. */
    private static final int TRIES = 8;

    private final ShardFiles files;
    private final Producers producers;
    private final Damages damages;
    private final ShardWriter writer;
    private final SegmentSeals seals;
    private final OpenQueues openQueues;

    private final ReentrantLock appendLock = new ReentrantLock();
    private final ReentrantLock forceLock = new ReentrantLock();
    private volatile Segment[] segments;
    private volatile long endOffset;
    private volatile long forcedOffset;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /**
     * @param recovery has run
     * @param seals seals this log's rolled segments
     * @param openQueues told at each append, so that it can close the queue of the least recently used log
     */
    ChronicleShardLog(ShardFiles files, ShardRecovery recovery, ShardWriter writer, SegmentSeals seals, OpenQueues openQueues) {
        this.files = files;
        this.producers = recovery.producers();
        this.writer = writer;
        this.seals = seals;
        this.openQueues = openQueues;
        this.damages = new Damages(files.directory().toString());
        recovery.damage().forEach(damages::found);
        this.segments = recovery.segments().toArray(Segment[]::new);
        this.endOffset = segments.length == 0 ? 0 : segments[segments.length - 1].end();
        this.forcedOffset = endOffset;
    }

    @Override
    public long startOffset() {
        var all = segments;
        return all.length == 0 ? endOffset : all[0].base();
    }

    @Override
    public long endOffset() {
        return endOffset;
    }

    @Override
    public long forcedOffset() {
        return forcedOffset;
    }

    @Override
    public long bytes() {
        long bytes = 0;
        for (var segment : segments) {
            bytes += segment.dataEnd();
        }
        return bytes;
    }

    @Override
    public long append(RecordBatch batch, int epoch) {
        appendLock.lock();
        try {
            requireWritable();
            long base = endOffset;
            if (writer.rollsFor(batch)) {
                roll(base, batch.sizeBytes());
            }
            writer.append(batch, base, epoch);
            producers.appended(batch, base);
            endOffset = base + batch.count();
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
        }
    }

    private void requireWritable() {
        if (closed) {
            throw new IllegalStateException("the log of " + files.directory() + " is closed");
        }
        if (failure != null) {
            throw new IllegalStateException("the log of " + files.directory() + " takes no appends after a failure", failure);
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
        var more = Arrays.copyOf(segments, segments.length + 1);
        more[segments.length] = begun;
        segments = more;
    }

    @Override
    public void force() {
        forceLock.lock();
        try {
            long target = endOffset;
            if (forcedOffset >= target) {
                return;
            }
            for (var segment : segments) {
                if (segment.end() > forcedOffset && segment.openIndex() != null) {
                    ShardWriter.force(segment);
                }
            }
            forcedOffset = target;
        } catch (IOException e) {
            failure = e;
            throw new UncheckedIOException("forcing " + files.directory() + " failed: what was appended may be lost", e);
        } finally {
            forceLock.unlock();
        }
    }

    @Override
    public LogRecord read(long offset) {
        return retrying(() -> segmentOf(offset).read(offset));
    }

    @Override
    public List<RecordBatch> readBatches(long from, long end, int bytesMax) {
        return retrying(() -> batches(from, end, bytesMax));
    }

    private List<RecordBatch> batches(long from, long end, int bytesMax) {
        var batches = new ArrayList<RecordBatch>();
        long bytes = 0;
        long next = from;
        long last = Math.min(end, endOffset);
        while (next < last && bytes < bytesMax) {
            var segment = segmentOf(next);
            var index = segment.index();
            for (int i = index.batchOf((int) (next - segment.base())); next < Math.min(last, segment.end()) && bytes < bytesMax; i++) {
                var batch = segment.copy(i);
                batches.add(batch);
                bytes += batch.sizeBytes();
                next = batch.endOffset();
            }
        }
        if (from < startOffset() || from > endOffset) {
            throw outOfBounds(from);
        }
        return batches;
    }

    @Override
    public long newestOffset(byte[] key, long end) {
        long hash = KeyHash.of(key);
        return retrying(() -> newest(key, hash, Math.min(end, endOffset)));
    }

    private long newest(byte[] key, long hash, long end) {
        var all = segments;
        for (int i = all.length - 1; i >= 0; i--) {
            var segment = all[i];
            if (segment.base() < end) {
                var index = segment.index();
                int record = index.newest(hash, below(segment, end));
                while (record >= 0 && !segment.hasKey(segment.base() + record, key)) {
                    record = index.newest(hash, record);
                }
                if (record >= 0) {
                    return segment.base() + record;
                }
            }
        }
        return -1;
    }

    @Override
    public long[] offsetsFrom(byte[] key, long from, long end, int limit) {
        return retrying(() -> history(key, from, Math.min(end, endOffset), limit, false));
    }

    @Override
    public long[] offsetsBelow(byte[] key, long end, int limit) {
        return retrying(() -> history(key, 0, Math.min(end, endOffset), limit, true));
    }

    private long[] history(byte[] key, long from, long end, int limit, boolean newestFirst) {
        long hash = KeyHash.of(key);
        var all = segments;
        var found = new KeyHits(key, limit);
        for (int i = 0; i < all.length && !found.isFull(); i++) {
            var segment = all[newestFirst ? all.length - 1 - i : i];
            if (segment.base() < end && segment.end() > from) {
                found.addFrom(segment, hash, (int) Math.max(0, from - segment.base()), below(segment, end), newestFirst);
            }
        }
        return found.offsets();
    }

    private static int below(Segment segment, long end) {
        return (int) Math.min(end - segment.base(), segment.records());
    }

    @Override
    public long offsetAtTime(long timestamp) {
        return retrying(() -> {
            for (var segment : segments) {
                if (segment.maxTimestamp() >= timestamp) {
                    long found = segment.offsetAtTime(timestamp);
                    if (found < segment.end()) {
                        return found;
                    }
                }
            }
            return endOffset;
        });
    }

    @Override
    public List<ProducerState> producers() {
        return producers.all();
    }

    @Override
    public @Nullable String damage() {
        return damages.text();
    }

    /** Returns the segment that holds {@code offset}. */
    private Segment segmentOf(long offset) {
        var all = segments;
        if (offset >= endOffset || all.length == 0 || offset < all[0].base()) {
            throw outOfBounds(offset);
        }
        int low = 0;
        int high = all.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (all[middle].base() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        if (offset >= all[low].end()) {
            throw new CorruptBatchException("offset " + offset + " of " + files.directory() + " is in no segment");
        }
        return all[low];
    }

    private IndexOutOfBoundsException outOfBounds(long offset) {
        return new IndexOutOfBoundsException("offset " + offset + " is not in [" + startOffset() + ", " + endOffset + ")");
    }

    /** Reads, again if what was read was unmapped meanwhile; takes note of damage. */
    private <T> T retrying(Supplier<T> read) {
        for (int tries = 1; ; tries++) {
            try {
                return read.get();
            } catch (CorruptBatchException e) {
                damages.found(String.valueOf(e.getMessage()));
                throw e;
            } catch (IllegalStateException unmapped) {
                if (closed || tries == TRIES) {
                    throw unmapped;
                }
            }
        }
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
        appendLock.lock();
        try {
            if (closed) {
                return;
            }
            force();
            closed = true;
            seals.finish();
            if (failure == null) {
                writer.leaveClean(producers.all());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing " + files.directory() + " failed", e);
        } finally {
            closed = true;
            writer.closeQueue();
            openQueues.forget(this);
            for (var segment : segments) {
                segment.unmap();
            }
            appendLock.unlock();
        }
    }
}
