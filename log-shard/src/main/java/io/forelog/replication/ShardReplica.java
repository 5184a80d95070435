package io.forelog.replication;

import io.forelog.record.RecordBatch;
import io.forelog.storage.SegmentState;
import io.forelog.storage.ShardLog;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A shard as it is held on this node: its log, how far that is known to be committed, and who waits for more. While it
 * moves, two groups may hold it here: what both apply is the same history.
 *
 * <p>The log on disk may be ahead of what is applied: after a crash the group's log is applied again from the last
 * checkpoint, and while a replica that is behind copies from another. What is there already must then be what is
 * applied, and is not written again.
 *
 * <p>Operations come from the thread that applies; everything else may be called by any thread.
 */
public final class ShardReplica {

    private final ShardId id;
    private final String logName;
    private final ShardLog log;
    private final Set<LongConsumer> watchers = ConcurrentHashMap.newKeySet();
    private final LongAdder appendedRecords = new LongAdder();
    private final LongAdder appendedBytes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private volatile ProducerTable producers;
    /** Guarded by the watchers. */
    private long producersPlan;

    private volatile long highWatermark;
    private volatile List<Integer> children = List.of();
    private volatile boolean closed;

    ShardReplica(ShardId id, String logName, ShardLog log) {
        this.id = id;
        this.logName = logName;
        this.log = log;
        this.producers = new ProducerTable(id.number(), List.of(), List.of());
    }

    public ShardId id() {
        return id;
    }

    public long incarnation() {
        return id.log();
    }

    public String logName() {
        return logName;
    }

    public int number() {
        return id.number();
    }

    /** Returns the records; a reader stays below {@link #highWatermark()}. */
    public ShardLog log() {
        return log;
    }

    /** Returns the first offset that is not known here to be committed. */
    public long highWatermark() {
        return highWatermark;
    }

    public long startOffset() {
        return log.startOffset();
    }

    /** Returns whether the record at an offset is here, committed. */
    public boolean holds(long offset) {
        return offset >= log.startOffset() && offset < highWatermark;
    }

    public long appendedRecords() {
        return appendedRecords.sum();
    }

    public long appendedBytes() {
        return appendedBytes.sum();
    }

    /** Counts a read that was served, by whichever tier. */
    public void countRead() {
        reads.increment();
    }

    public long reads() {
        return reads.sum();
    }

    /**
     * Returns the shards that take appends in its place, as far as this replica knows; none while it takes them itself.
     */
    public List<Integer> children() {
        return children;
    }

    /** Takes note that others take appends in its place from here on. */
    void sealed(List<Integer> successors) {
        children = List.copyOf(successors);
    }

    /**
     * Returns where a producer's append with this sequence is, here or in an ancestor, or null if none is remembered.
     */
    public @Nullable Appended appendOf(long producerId, short epoch, int sequence) {
        return producers.find(producerId, epoch, sequence);
    }

    /** Returns what a producer appended last, here or in an ancestor, or null. */
    public @Nullable ProducerState lastOf(long producerId) {
        return producers.last(producerId);
    }

    /**
     * Calls {@code watcher} with the high watermark each time it rises, and with {@link Long#MAX_VALUE} when the
     * replica closes, from the thread that applies; the watcher must not block.
     */
    public void watch(LongConsumer watcher) {
        watchers.add(watcher);
    }

    public void unwatch(LongConsumer watcher) {
        watchers.remove(watcher);
    }

    /** Returns whether the replica is closed, because its log was deleted or the node ends. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Answers for producers by a table from here on, unless there is one of a group that has the shard by a later plan.
     */
    void answersFrom(long plan, ProducerTable table) {
        synchronized (watchers) {
            if (plan >= producersPlan) {
                producersPlan = plan;
                producers = table;
            }
        }
    }

    /** Lets a replica that has nothing begin there; does nothing if it has begun. */
    void beginAt(long offset) {
        synchronized (log) {
            if (log.endOffset() < offset) {
                log.beginAt(offset);
            }
        }
    }

    /**
     * Writes a batch that was applied at an offset; leaves it out if it is there already.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; nothing changed, to be tried again
     * @throws IllegalStateException if what is there is not what was applied
     */
    void write(RecordBatch batch, long at, int epoch) {
        synchronized (log) {
            if (at < log.endOffset()) {
                requireSame(batch, at);
            } else {
                log.append(batch, epoch);
                appendedRecords.add(batch.count());
                appendedBytes.add(batch.sizeBytes());
            }
        }
    }

    /** Writes batches of another replica that are not applied here yet; what is here already is left out. */
    void copy(List<RecordBatch> committed) {
        synchronized (log) {
            for (var batch : committed) {
                if (batch.baseOffset() == log.endOffset()) {
                    batch.verifyCrc();
                    log.append(batch, batch.leaderEpoch());
                } else if (batch.endOffset() > log.endOffset()) {
                    throw new IllegalStateException("a batch at " + batch.baseOffset() + " does not follow "
                            + log.endOffset() + ", the end of shard " + id);
                }
            }
        }
    }

    /**
     * Puts what is committed into the archive, a segment at a time. Blocks.
     *
     * @param isEnded whether nothing is appended any more: then the open segment goes too
     * @param bytesMoved is told after each segment how many bytes of disk were freed in all
     * @throws io.forelog.storage.archive.ArchiveException if the archive fails; what was not put there is still here
     * @throws IllegalStateException if the node has no archive
     */
    public void archive(boolean isEnded, LongConsumer bytesMoved) {
        if (isEnded) {
            log.endSegment();
        }
        long before = log.bytes();
        for (var segment : log.segments()) {
            if (segment.end() <= highWatermark && segment.state() == SegmentState.SEALED) {
                log.archiveBelow(segment.end());
                bytesMoved.accept(before - log.bytes());
            }
        }
    }

    void close() {
        closed = true;
        log.close();
        watchers.forEach(watcher -> watcher.accept(Long.MAX_VALUE));
    }

    /**
     * Takes note that all below {@code end} is committed and here. Groups that had the shard one after another may
     * both.
     */
    void raise(long end) {
        synchronized (watchers) {
            if (end <= highWatermark) {
                return;
            }
            highWatermark = end;
        }
        watchers.forEach(watcher -> watcher.accept(end));
    }

    /**
     * What retention has deleted since was there, and only what is committed is archived. To ask the archive would let
     * a replica stop for good where that is dead, or where the retention of another node was sooner.
     */
    private void requireSame(RecordBatch batch, long at) {
        if (at < log.startOffset() || log.isArchived(at)) {
            return;
        }
        var stored = log.readBatches(at, at + 1, 1).getFirst();
        boolean same =
                stored.baseOffset() == at && stored.count() == batch.count() && stored.statedCrc() == batch.statedCrc();
        if (!same) {
            throw new IllegalStateException("shard " + id + " holds at " + at
                    + " another batch than its group committed there; replace this replica");
        }
    }
}
