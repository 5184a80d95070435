package io.forelog.storage;

import java.util.Arrays;

/** The offsets found so far of records with one key, each compared with it. Confined to one thread. */
final class KeyHits {

    /** How many candidates are asked for at once beyond those still wanted: hashes of 32 bits seldom collide. */
    private static final int SPARE = 4;

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
        int low = from;
        int high = below;
        while (count < limit) {
            int asked = (int) Math.min(Integer.MAX_VALUE, (long) limit - count + SPARE);
            int[] candidates = segment.index().candidates(hash, low, high, asked, newestFirst);
            for (int i = 0; i < candidates.length && count < limit; i++) {
                add(segment, segment.base() + candidates[i]);
            }
            if (candidates.length < asked) {
                return;
            }
            int last = candidates[candidates.length - 1];
            low = newestFirst ? low : last + 1;
            high = newestFirst ? last : high;
        }
    }

    private void add(Segment segment, long offset) {
        if (segment.hasKey(offset, key)) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count * 2);
            }
            offsets[count++] = offset;
        }
    }

    long[] offsets() {
        return Arrays.copyOf(offsets, count);
    }
}
