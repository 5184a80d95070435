package io.forelog.replication;

import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A shard as it is held on this node: its log, how far its group's log was applied to it, and who waits for more.
 *
 * <p>The log on disk may be ahead of what is applied: after a crash the group's log is applied again from the last
 * checkpoint, and while a replica that is behind copies from another. What is there already must then be what is
 * applied, and is not written again.
 *
 * <p>Operations come from the thread that applies; everything else may be called by any thread.
 */
public final class ShardReplica {

    private static final long NO_PRODUCER = -1;

    private final ShardId id;
    private final String logName;
    private final ShardLog log;
    private final Set<LongConsumer> watchers = ConcurrentHashMap.newKeySet();
    private final LongAdder appendedRecords = new LongAdder();
    private final LongAdder appendedBytes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private volatile ProducerTable producers = new ProducerTable(List.of());
    private volatile long highWatermark;
    private volatile boolean closed;

    ShardReplica(ShardId id, String logName, ShardLog log) {
        this.id = id;
        this.logName = logName;
        this.log = log;
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

    /** Returns what a producer appended here with this sequence, or null if that is not remembered. */
    public @Nullable ProducerState appendOf(long producerId, short epoch, int sequence) {
        return producers.find(producerId, epoch, sequence);
    }

    /** Returns what a producer appended here last, or null. */
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

    /** Makes the state that of a checkpoint, up to {@code end}; the records below it must be here. */
    void restore(long end, List<ProducerState> appended) {
        if (log.endOffset() < end) {
            throw new IllegalStateException("shard " + id + " ends at " + log.endOffset() + " on disk, but " + end
                    + " was checkpointed: records are lost here");
        }
        producers = new ProducerTable(appended);
        raise(end);
    }

    List<ProducerState> producers() {
        return producers.all();
    }

    /**
     * Appends a committed batch, and returns where it is, or why it is refused: a pure function of what was applied
     * before.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; nothing changed, to be tried again
     * @throws IllegalStateException if what is on disk is not what is to be applied
     */
    GroupAnswer apply(RecordBatch batch, long nextOffset, int epoch) {
        boolean idempotent = batch.producerId() != NO_PRODUCER;
        if (idempotent) {
            var answer = producers.check(batch);
            if (answer != null) {
                return answer;
            }
        }
        long end = highWatermark;
        if (nextOffset != AppendCommand.ANY_OFFSET && nextOffset != end) {
            return new GroupAnswer.Mismatch(end);
        }
        synchronized (log) {
            if (end < log.endOffset()) {
                // Below the start retention has deleted it since, so it was there.
                requireSame(batch, end);
            } else {
                log.append(batch, epoch);
                appendedRecords.add(batch.count());
                appendedBytes.add(batch.sizeBytes());
            }
        }
        if (idempotent) {
            producers.applied(new ProducerState(
                    batch.producerId(), batch.producerEpoch(), batch.baseSequence(), end, batch.count()));
        }
        raise(end + batch.count());
        return new GroupAnswer.At(new Appended(end, batch.count(), false));
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

    void close() {
        closed = true;
        log.close();
        watchers.forEach(watcher -> watcher.accept(Long.MAX_VALUE));
    }

    private void raise(long end) {
        highWatermark = end;
        watchers.forEach(watcher -> watcher.accept(end));
    }

    private void requireSame(RecordBatch batch, long at) {
        if (at < log.startOffset()) {
            return;
        }
        var stored = log.readBatches(at, at + 1, 1).getFirst();
        boolean same = stored.baseOffset() == at
                && stored.count() == batch.count()
                && stored.statedCrc() == batch.statedCrc();
        if (!same) {
            throw new IllegalStateException("shard " + id + " holds at " + at
                    + " another batch than its group committed there; replace this replica");
        }
    }
}
