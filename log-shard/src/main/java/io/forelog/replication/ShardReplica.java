package io.forelog.replication;

import io.forelog.error.OffsetMismatchException;
import io.forelog.error.ShardSealedException;
import io.forelog.metadata.Log;
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
 * A shard as it is held on this node: its log, how much of it is committed, and who waits for more.
 *
 * <p>Appends come from the thread that commits; everything else may be called by any thread.
 */
public final class ShardReplica implements AutoCloseable {

    private static final long NO_PRODUCER = -1;

    private final long incarnation;
    private final String logName;
    private final int number;
    private final int epoch;
    private final ShardLog log;
    private final ProducerTable producers;
    private final Set<LongConsumer> watchers = ConcurrentHashMap.newKeySet();
    private final LongAdder appendedRecords = new LongAdder();
    private final LongAdder appendedBytes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private volatile long highWatermark;
    private volatile boolean closed;

    /** @param log opened; what it holds counts as committed, for on one node what survived was */
    public ShardReplica(Log owner, int number, int epoch, ShardLog log) {
        this.incarnation = owner.incarnation();
        this.logName = owner.name();
        this.number = number;
        this.epoch = epoch;
        this.log = log;
        this.producers = new ProducerTable(log.producers());
        this.highWatermark = log.endOffset();
    }

    public long incarnation() {
        return incarnation;
    }

    public String logName() {
        return logName;
    }

    public int number() {
        return number;
    }

    /** Returns the records; a reader stays below {@link #highWatermark()}. */
    public ShardLog log() {
        return log;
    }

    /** Returns the first offset that is not committed. */
    public long highWatermark() {
        return highWatermark;
    }

    public long startOffset() {
        return log.startOffset();
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
     * replica closes, from the thread that commits; the watcher must not block.
     */
    public void watch(LongConsumer watcher) {
        watchers.add(watcher);
    }

    public void unwatch(LongConsumer watcher) {
        watchers.remove(watcher);
    }

    /**
     * Appends a batch, not yet committed.
     *
     * @throws io.forelog.error.ForelogException if it is refused; nothing was written
     */
    Appended append(RecordBatch batch, long nextOffset) {
        if (closed) {
            throw new ShardSealedException(number, List.of());
        }
        if (batch.producerId() != NO_PRODUCER) {
            var earlier = producers.duplicateOf(batch);
            if (earlier != null) {
                return new Appended(earlier.baseOffset(), earlier.count(), true);
            }
        }
        if (nextOffset != AppendCommand.ANY_OFFSET && nextOffset != log.endOffset()) {
            throw new OffsetMismatchException(number, nextOffset, log.endOffset());
        }
        long baseOffset = log.append(batch, epoch);
        if (batch.producerId() != NO_PRODUCER) {
            producers.applied(new ProducerState(
                    batch.producerId(), batch.producerEpoch(), batch.baseSequence(), baseOffset, batch.count()));
        }
        appendedRecords.add(batch.count());
        appendedBytes.add(batch.sizeBytes());
        return new Appended(baseOffset, batch.count(), false);
    }

    /** Makes all that was appended visible to readers. */
    void commit() {
        long end = log.endOffset();
        if (end > highWatermark) {
            highWatermark = end;
            watchers.forEach(watcher -> watcher.accept(end));
        }
    }

    /** Returns whether the replica takes no more appends, because its log was deleted or the node ends. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        log.close();
        watchers.forEach(watcher -> watcher.accept(Long.MAX_VALUE));
    }
}
