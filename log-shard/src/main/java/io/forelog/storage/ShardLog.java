package io.forelog.storage;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable records of one shard replica, in order. Offsets are dense: {@code endOffset() - startOffset()} is
 * a count of records.
 *
 * <p>{@link #append} and {@link #close} are confined to one thread at a time; every other method may be called by
 * any thread meanwhile. Records below {@link #endOffset()} may be
 * uncommitted: whoever serves readers bounds the read by the high watermark.
 */
public interface ShardLog extends AutoCloseable {

    /** So much is read at a time for a digest. */
    int DIGEST_RUN_BYTES = 1 << 20;

    /** Returns the first offset that is still there; below it retention has deleted. */
    long startOffset();

    /** Returns the offset that the next record gets. */
    long endOffset();

    /** Returns the offset below which every record is known to be on disk, forced. */
    long forcedOffset();

    /** Returns how many bytes of disk the shard's records take, archived ones not counted. */
    long bytes();

    /**
     * Appends a batch as it stands but for its base offset and leader epoch, which are set. Not forced.
     *
     * @param batch a verified batch; its bytes are copied
     * @param epoch the leader's epoch, written into the batch
     * @return the offset of the batch's first record
     * @throws io.forelog.error.DiskFullException if there is no room; nothing was written
     */
    long append(RecordBatch batch, int epoch);

    /**
     * Makes sure, as far as can be told now, that a batch of so many bytes could be appended.
     *
     * @throws io.forelog.error.DiskFullException if there is no room
     * @throws io.forelog.error.RecordTooLargeException if no batch may be so large
     */
    void requireRoom(int batchBytes);

    /**
     * Returns whether batches of so many bytes in all would go into the open segment and the disk reserved for it: then
     * an append waits for nothing. Meant for the thread that appends; any other may get an answer that is old.
     */
    boolean isReadyFor(int bytes);

    /**
     * Begins the segment that the first append would begin, so that this waits for no file.
     *
     * @throws io.forelog.error.DiskFullException if there is no room; the log is as it was
     */
    default void prepare() {}

    /**
     * Deletes all that is here, what is remembered of producers too, and lets the next batch begin at {@code offset}:
     * for a replica so far behind that what would follow its end is deleted everywhere.
     *
     * @param offset above {@link #endOffset()}
     */
    void beginAt(long offset);

    /**
     * Forces all that was appended to disk. Whoever calls it while another thread's force is under way waits for
     * that one, and then for one more only if that did not cover what it appended: one force serves all who wait.
     * Any failure of it leaves the log unusable for appends.
     */
    void force();

    /**
     * Returns the record at {@code offset}.
     *
     * @throws IndexOutOfBoundsException if it is not in [startOffset, endOffset)
     * @throws io.forelog.record.CorruptBatchException if what is stored there is damaged
     */
    LogRecord read(long offset);

    /**
     * Returns whole batches in order, the first one holding {@code from}, until {@code bytesMax} are passed or
     * {@code end} is reached; at least one batch unless {@code from} is {@code end}.
     *
     * @param end exclusive: no batch that begins at or after it is returned
     */
    List<RecordBatch> readBatches(long from, long end, int bytesMax);

    /**
     * Returns the offset of the newest record below {@code end} with this key, or -1.
     *
     * @param end exclusive: the high watermark, for a reader
     */
    long newestOffset(byte[] key, long end);

    /**
     * Returns the offsets of records with this key, ascending: at most {@code limit}, the first ones at or
     * after {@code from}.
     *
     * @param end exclusive
     */
    long[] offsetsFrom(byte[] key, long from, long end, int limit);

    /**
     * Returns the offsets of records with this key, descending: at most {@code limit}, the last ones below {@code end}.
     */
    long[] offsetsBelow(byte[] key, long end, int limit);

    /**
     * Returns the first offset whose record has at least this timestamp, or {@link #endOffset()} if there is
     * none. Timestamps given by producers need not ascend: it is the first such record in offset order.
     */
    long offsetAtTime(long timestamp);

    /** Returns what each producer last appended here, for at least the most recent ones. */
    List<ProducerState> producers();

    /**
     * What an idempotent producer last appended to this shard.
     *
     * @param producerId at least 0
     * @param sequence base sequence of its last batch
     * @param baseOffset the offset of that batch's first record
     * @param count how many records it holds
     */
    record ProducerState(long producerId, short producerEpoch, int sequence, long baseOffset, int count) {}

    /** Returns the segments, in order. */
    List<SegmentInfo> segments();

    /** Returns whether the record at an offset is in the archive alone, so that a read of it may fail or take long. */
    boolean isArchived(long offset);

    /**
     * Returns the SHA-256 of the batches from {@code from} to {@code end}, exclusive, one after another: the same on
     * every replica, however its segments were rolled.
     *
     * @param from where a batch begins
     * @param end where one ends
     * @throws IllegalArgumentException if the log ends before that
     */
    default byte[] digest(long from, long end) {
        var digest = SegmentSealer.sha256();
        for (long next = from; next < end; ) {
            var batches = readBatches(next, end, DIGEST_RUN_BYTES);
            if (batches.isEmpty()) {
                throw new IllegalArgumentException("the log ends at " + next + ", there is no digest up to " + end);
            }
            for (var batch : batches) {
                digest.update(batch.buffer());
                next = batch.endOffset();
            }
        }
        return digest.digest();
    }

    /**
     * Returns the offset below which nothing need be kept: that of the first segment which is not older than
     * {@code oldest} as a whole, and with all that follow it has no more than {@code bytesMax} bytes. The open segment
     * always stays.
     *
     * @param oldest milliseconds since 1970-01-01T00:00Z
     */
    long expiredBelow(long oldest, long bytesMax);

    /**
     * Returns the first offset from which on nothing is missing in the archive. All replicas share its objects: what
     * retention has deleted on another node may still be referred to here.
     *
     * @param from what lies below is not asked about
     * @throws io.forelog.storage.archive.ArchiveException if the archive fails
     */
    long wholeFrom(long from);

    /**
     * Deletes the sealed and archived segments whose records are all below {@code offset}; returns the new start
     * offset.
     */
    long deleteBelow(long offset);

    /**
     * Seals the open segment too, so that it can be archived; the next append begins another. For a shard that takes no
     * more: appends wait meanwhile.
     *
     * @throws io.forelog.error.DiskFullException if there is no room for its index; it is sealed later
     */
    void endSegment();

    /**
     * Puts the sealed segments whose records are all below {@code offset} into the archive and drops them here once
     * they were read back and their digests agree. What is archived stays readable at the same offsets.
     *
     * @return the offset below which everything is archived
     * @throws io.forelog.storage.archive.ArchiveException if the archive fails; nothing was dropped that is not in it
     * @throws IllegalStateException if the node has no archive
     */
    long archiveBelow(long offset);

    /** Returns the damage that was found since the log was opened, or null if there is none. */
    @Nullable
    String damage();

    /** Closes the log, forced. */
    @Override
    void close();
}
