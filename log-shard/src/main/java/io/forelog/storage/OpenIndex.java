package io.forelog.storage;

import io.forelog.record.KeyHash;
import io.forelog.record.RecordBatch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import java.util.function.LongConsumer;

/**
 * The index of a segment that is still appended to, on the heap: about 8 bytes a record with a key (see
 * {@link KeyBlocks}), a quarter for any record, and 8.5 a batch.
 *
 * <p>One thread adds; any thread may look up meanwhile. A batch is visible once {@link #batches} counts it.
 */
final class OpenIndex implements SegmentIndex {

    /** One entry of the time index for so many batches. */
    static final int BATCHES_PER_TIME = 16;

    /** The position of records that are lost. */
    static final int HOLE = -1;

    private final KeyBlocks keys = new KeyBlocks();
    private final IntChunks firstRecords = new IntChunks();
    private final IntChunks positions = new IntChunks();
    private final IntChunks marks = new IntChunks();
    /** The newest timestamp up to the end of each group of {@link #BATCHES_PER_TIME} batches: it never falls. */
    private volatile long[] times = new long[4];

    private volatile long maxTimestamp = Long.MIN_VALUE;
    private volatile int batches;
    private int records;

    /** Adds a whole batch that begins at {@code position} in the file. */
    void add(RecordBatch batch, int position) {
        int first = records;
        batch.forEach((index, timestamp, bytes, keyAt, keyLength, recordAt) -> {
            if ((first + index) % RECORDS_PER_MARK == 0) {
                marks.add(recordAt < 0 ? HOLE : position + recordAt);
            }
            if (keyLength >= 0) {
                keys.add(first + index, SegmentIndex.shortHash(KeyHash.of(bytes, keyAt, keyLength)));
            }
        });
        addBatch(position, batch.maxTimestamp());
        records = first + batch.count();
    }

    /** Leaves out records that are lost: their read finds no batch. */
    void addHole(int count) {
        addBatch(HOLE, maxTimestamp);
        records += count;
        while (marks.size() * RECORDS_PER_MARK < records) {
            marks.add(HOLE);
        }
    }

    /** Adds what {@link #add} adds beside the keys. */
    private void addBatch(int position, long timestamp) {
        int batch = batches;
        long newest = Math.max(maxTimestamp, timestamp);
        int group = batch / BATCHES_PER_TIME;
        if (group == times.length) {
            times = Arrays.copyOf(times, group * 2);
        }
        times[group] = newest;
        maxTimestamp = newest;
        firstRecords.add(records);
        positions.add(position);
        batches = batch + 1;
    }

    /** Returns a copy of a closed index that can be added to, for a segment that is continued. */
    static OpenIndex of(ClosedIndex closed, int records) {
        var open = new OpenIndex();
        for (int batch = 0; batch < closed.batches(); batch++) {
            open.records = closed.firstRecord(batch);
            open.addBatch(closed.position(batch), closed.timeOf(batch));
        }
        for (int record = 0; record < records; record += RECORDS_PER_MARK) {
            open.marks.add(closed.mark(record));
        }
        open.takeKeys(closed, records);
        return open;
    }

    /**
     * Returns a copy whose positions count the bytes of the batches alone.
     *
     * @param sizeAt gives the size of the batch at a position of the closed index
     */
    static OpenIndex packed(ClosedIndex closed, int records, IntUnaryOperator sizeAt) {
        var open = new OpenIndex();
        int at = 0;
        for (int batch = 0; batch < closed.batches(); batch++) {
            open.records = closed.firstRecord(batch);
            int position = closed.position(batch);
            open.addBatch(position == HOLE ? HOLE : at, closed.timeOf(batch));
            int end = batch + 1 < closed.batches() ? closed.firstRecord(batch + 1) : records;
            for (int record = open.marks.size() * RECORDS_PER_MARK; record < end; record += RECORDS_PER_MARK) {
                int mark = closed.mark(record);
                open.marks.add(mark == HOLE ? HOLE : mark - position + at);
            }
            at += position == HOLE ? 0 : sizeAt.applyAsInt(position);
        }
        open.takeKeys(closed, records);
        return open;
    }

    private void takeKeys(ClosedIndex closed, int records) {
        this.records = records;
        int[] hashes = new int[records];
        var keyed = new BitSet(records);
        closed.forEachKey((hash, record) -> {
            hashes[record] = hash;
            keyed.set(record);
        });
        for (int record = keyed.nextSetBit(0); record >= 0; record = keyed.nextSetBit(record + 1)) {
            keys.add(record, hashes[record]);
        }
    }

    int records() {
        return records;
    }

    long time(int group) {
        return times[group];
    }

    /** Gives every keyed record to {@code sink}: the hash in the upper half, the record in the lower. */
    void forEachKey(LongConsumer sink) {
        keys.forEach(sink);
    }

    @Override
    public int batches() {
        return batches;
    }

    @Override
    public int firstRecord(int batch) {
        return firstRecords.get(batch);
    }

    @Override
    public int position(int batch) {
        return positions.get(batch);
    }

    @Override
    public int mark(int record) {
        return marks.get(record / RECORDS_PER_MARK);
    }

    @Override
    public long maxTimestamp() {
        return maxTimestamp;
    }

    @Override
    public int batchAtTime(long timestamp) {
        return TimeGroups.batchAt(timestamp, batches, this::time);
    }

    @Override
    public int newest(long hash, int below) {
        return keys.newest(SegmentIndex.shortHash(hash), below);
    }

    @Override
    public int[] candidates(long hash, int from, int below, int max, boolean newestFirst) {
        return keys.candidates(SegmentIndex.shortHash(hash), from, below, max, newestFirst);
    }
}
