package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * The last keys of each recent reader. Bounded: four places to a bucket, of which the reader that was silent for
 * longest is forgotten, so that any number of readers may come and go. A reader is known by 32 bits of a hash; two that
 * share them share their past. 28 bytes a place.
 */
final class ReaderTable {

    private static final int DEPTH = 3;
    private static final int WAYS = 4;
    private static final int PLACES_MIN = 64;

    private int[] tags = new int[PLACES_MIN];
    private int[] last = new int[PLACES_MIN * DEPTH];
    private long[] times = new long[PLACES_MIN];
    private int[] ticks = new int[PLACES_MIN];
    private int taken;

    /** Returns what a reader is known by. */
    static int tag(long reader) {
        int tag = (int) (Hashing.mix(reader + 0x9e3779b97f4a7c15L) >>> 32);
        return tag == 0 ? 1 : tag;
    }

    /**
     * Returns the place of a reader, valid until the next call; a new reader's past is empty.
     *
     * @param tick ordinal of the read
     * @param placesMax how large the table may grow
     */
    int place(int tag, int tick, int placesMax) {
        int place = find(tag);
        if (place >= 0) {
            return place;
        }
        if (taken * 4L >= tags.length * 3L && tags.length * 2 <= placesMax) {
            grow();
        }
        place = placeFor(tag, tick);
        tags[place] = tag;
        Arrays.fill(last, place * DEPTH, place * DEPTH + DEPTH, KeyTable.NONE);
        return place;
    }

    private int find(int tag) {
        int first = firstOf(tag);
        for (int place = first; place < first + WAYS; place++) {
            if (tags[place] == tag) {
                return place;
            }
        }
        return -1;
    }

    private int placeFor(int tag, int tick) {
        int first = firstOf(tag);
        int oldest = first;
        for (int place = first; place < first + WAYS; place++) {
            if (tags[place] == 0) {
                taken++;
                return place;
            }
            if (tick - ticks[place] > tick - ticks[oldest]) {
                oldest = place;
            }
        }
        return oldest;
    }

    private void grow() {
        int[] oldTags = tags;
        int[] oldLast = last;
        long[] oldTimes = times;
        int[] oldTicks = ticks;
        int places = oldTags.length * 2;
        tags = new int[places];
        last = new int[places * DEPTH];
        times = new long[places];
        ticks = new int[places];
        taken = 0;
        for (int old = 0; old < oldTags.length; old++) {
            if (oldTags[old] != 0) {
                int place = placeFor(oldTags[old], oldTicks[old]);
                tags[place] = oldTags[old];
                System.arraycopy(oldLast, old * DEPTH, last, place * DEPTH, DEPTH);
                times[place] = oldTimes[old];
                ticks[place] = oldTicks[old];
            }
        }
    }

    private int firstOf(int tag) {
        return Hashing.range((long) tag << 32, tags.length / WAYS) * WAYS;
    }

    /** Returns the key number that the reader read {@code back} reads ago, from 1, or {@link KeyTable#NONE}. */
    int last(int place, int back) {
        return last[place * DEPTH + back - 1];
    }

    /** Returns when the reader read last; meaningless if it did not. */
    long time(int place) {
        return times[place];
    }

    /** Returns the ordinal of the reader's last read; meaningless if it did not read. */
    int tick(int place) {
        return ticks[place];
    }

    void push(int place, int key, long time, int tick) {
        int at = place * DEPTH;
        last[at + 2] = last[at + 1];
        last[at + 1] = last[at];
        last[at] = key;
        times[place] = time;
        ticks[place] = tick;
    }

    int size() {
        return taken;
    }

    long bytes() {
        return 16L * tags.length + 4L * last.length;
    }
}
