package io.forelog.storage;

/**
 * Where in a segment its batches are, and which records may have a key. Records are counted from the segment's
 * base offset, positions in bytes from the begin of its file.
 *
 * <p>Keys are known by their hash alone: a candidate must be compared with the key itself.
 *
 * <p>Safe for use by any thread.
 */
interface SegmentIndex {

    /** Each mark costs four bytes for so many records, and saves on average half a batch's cache misses. */
    int RECORDS_PER_MARK = 16;

    /** How far from its guess the search for a batch looks before it takes the whole segment. */
    int NEAR = 8;

    int batches();

    /** Returns the first record of a batch. */
    int firstRecord(int batch);

    /** Returns where a batch begins. */
    int position(int batch);

    /**
     * Returns where a record begins, for records whose number {@link #RECORDS_PER_MARK} divides: the next ones are
     * found from there without walking their batch from its begin. -1 in a compressed batch.
     */
    int mark(int record);

    /** Returns the newest timestamp, or {@link Long#MIN_VALUE} of an empty segment. */
    long maxTimestamp();

    /** Returns a batch before which no record has at least this timestamp, and not far behind it one that does. */
    int batchAtTime(long timestamp);

    /** Returns the newest record below {@code below} that may have a key with this hash, or -1. */
    int newest(long hash, int below);

    /**
     * Returns records in [from, below) that may have a key with this hash.
     *
     * @param max how many at most
     * @param newestFirst whether they descend, from {@code below}, or ascend, from {@code from}
     */
    int[] candidates(long hash, int from, int below, int max, boolean newestFirst);

    /**
     * Returns the batch that holds a record.
     *
     * @param record at least 0, and below the segment's count
     */
    default int batchOf(int record) {
        int low = 0;
        int high = batches() - 1;
        // Batches of one writer are alike, so that one interpolation mostly lands beside the target.
        int guess = guess(record, high);
        if (firstRecord(guess) > record) {
            high = guess - 1;
            low = Math.max(0, guess - NEAR);
            low = firstRecord(low) <= record ? low : 0;
        } else {
            low = guess;
            int near = Math.min(high, guess + NEAR);
            high = firstRecord(near) > record ? near - 1 : high;
        }
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstRecord(middle) <= record) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int guess(int record, int last) {
        int lastFirst = firstRecord(last);
        return lastFirst == 0 ? 0 : (int) Math.min(last, (long) record * last / lastFirst);
    }

    /** Returns the part of a key's hash that indexes keep. Not its upper part: that is alike within a shard. */
    static int shortHash(long hash) {
        return (int) hash;
    }
}
