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

    /** Returns the records of a segment with this key: its index's candidates, each compared with the key. */
    static int[] records(
            Segment segment,
            SegmentView view,
            byte[] key,
            long hash,
            int from,
            int below,
            int max,
            boolean newestFirst) {
        int[] found = {};
        int low = from;
        int high = below;
        while (found.length < max) {
            int asked = max - found.length;
            int[] candidates = view.index().candidates(hash, low, high, asked, newestFirst);
            int[] same = Arrays.stream(candidates)
                    .filter(record -> segment.hasKey(view, record, key))
                    .toArray();
            int before = found.length;
            found = Arrays.copyOf(found, before + same.length);
            System.arraycopy(same, 0, found, before, same.length);
            if (candidates.length < asked) {
                break;
            }
            int last = candidates[candidates.length - 1];
            low = newestFirst ? low : last + 1;
            high = newestFirst ? last : high;
        }
        return found;
    }

    long[] offsets() {
        return Arrays.copyOf(offsets, count);
    }
}
