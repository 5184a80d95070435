package io.forelog.storage;

import java.util.Arrays;

/** The offsets found so far of records with one key, each compared with it. Confined to one thread. */
final class KeyHits {

    private final byte[] key;
    private final int limit;
    private long[] offsets = new long[8];
    private int count;

    KeyHits(byte[] key, int limit) {
        this.key = key;
        this.limit = limit;
    }

    boolean isFull() {
        return count == limit;
    }

    /** Adds what a segment has in the records from {@code from} to {@code below}, exclusive. */
    void addFrom(Segment segment, long hash, int from, int below, boolean newestFirst) {
        int[] records = segment.withKey(key, hash, from, below, limit - count, newestFirst);
        if (count + records.length > offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.max(count + records.length, count * 2));
        }
        for (int record : records) {
            offsets[count++] = segment.base() + record;
        }
    }

    long[] offsets() {
        return Arrays.copyOf(offsets, count);
    }
}
