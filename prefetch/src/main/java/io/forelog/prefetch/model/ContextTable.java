package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * For contexts of two or three keys, the two keys that most often followed. A context is a hash of 64 bits, of which
 * 32 are kept: two contexts are mixed up about once in a thousand million probes. Four places to a bucket, as in a
 * processor's predictor; a bucket that is full gives up the context not used lately, unless the table may still
 * grow. 12 bytes a place.
 */
final class ContextTable {

    static final int NONE = -1;
    static final int WIDTH = 2;

    private static final int WAYS = 4;
    private static final int PLACES_MIN = 64;
    private static final int USED = 0x80;

    private int[] tags = new int[PLACES_MIN];
    private SuccessorCounts counts = countsFor(PLACES_MIN);
    /** Bit 7: used since its bucket last looked for room; below it how many successors were counted. */
    private byte[] totals = new byte[PLACES_MIN];
    private int taken;

    private static SuccessorCounts countsFor(int places) {
        var counts = new SuccessorCounts(WIDTH);
        counts.resize(places);
        return counts;
    }

    /** Returns the place of a context, valid until one is added, or {@link #NONE}. */
    int find(long context) {
        int tag = tagOf(context);
        int first = firstOf(tag);
        for (int place = first; place < first + WAYS; place++) {
            if (tags[place] == tag) {
                return place;
            }
        }
        return NONE;
    }

    /**
     * Adds a context that is not there.
     *
     * @param placesMax how large the table may grow
     */
    int add(long context, int placesMax) {
        int larger = (tags.length + (tags.length >> KeyTable.GROWTH_SHIFT)) / WAYS * WAYS;
        // Beyond five eighths too many buckets of four are full while others are empty.
        if (taken * 8L >= tags.length * 5L && larger <= placesMax) {
            grow(larger);
        }
        int place = placeFor(tagOf(context));
        tags[place] = tagOf(context);
        totals[place] = 0;
        counts.clear(place);
        return place;
    }

    private int placeFor(int tag) {
        int first = firstOf(tag);
        for (int place = first; place < first + WAYS; place++) {
            if (tags[place] == 0) {
                taken++;
                return place;
            }
        }
        int victim = first + (tag & WAYS - 1);
        for (int i = 0; i < WAYS && totals[victim] < 0; i++) {
            totals[victim] &= (byte) ~USED;
            victim = first + (victim - first + 1) % WAYS;
        }
        return victim;
    }

    private void grow(int places) {
        int[] oldTags = tags;
        byte[] oldTotals = totals;
        var oldCounts = counts;
        tags = new int[places];
        totals = new byte[places];
        counts = countsFor(places);
        taken = 0;
        for (int old = 0; old < oldTags.length; old++) {
            if (oldTags[old] != 0) {
                int place = placeFor(oldTags[old]);
                tags[place] = oldTags[old];
                totals[place] = oldTotals[old];
                counts.copyRow(place, oldCounts, old);
            }
        }
    }

    /** Counts that {@code successor} followed the context at {@code place}. */
    void count(int place, int successor) {
        boolean full = counts.add(place, successor);
        int total = total(place) + 1;
        if (full || total >= Confidence.TOTAL_MAX) {
            total >>= 1;
            counts.halve(place);
        }
        totals[place] = (byte) (total | USED);
    }

    int successor(int place, int i) {
        return counts.number(place, i);
    }

    /** Returns how often that successor was counted, 0 if there is none. */
    int countOf(int place, int i) {
        return counts.count(place, i);
    }

    int top(int place) {
        return counts.top(place);
    }

    boolean topIs(int place, int successor) {
        return counts.topIs(place, successor);
    }

    /** Returns the confidence of a successor, of which there must be one. */
    int bucket(int place, int i) {
        return Confidence.bucket(counts.count(place, i), total(place));
    }

    private int total(int place) {
        return totals[place] & ~USED;
    }

    private int firstOf(int tag) {
        return Hashing.range((long) tag << 32, tags.length / WAYS) * WAYS;
    }

    private static int tagOf(long context) {
        int tag = (int) (context >>> 32);
        return tag == 0 ? 1 : tag;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(tags.length);
        for (int place = 0; place < tags.length; place++) {
            out.writeInt(tags[place]);
            out.writeByte(totals[place]);
            for (int i = 0; i < WIDTH; i++) {
                out.writeInt(counts.packed(place, i));
            }
        }
    }

    void read(DataInput in, int placesMax) throws IOException {
        int places = in.readInt();
        if (places < WAYS || places % WAYS != 0 || places > Math.max(placesMax, PLACES_MIN)) {
            throw new IOException("a snapshot of " + places + " contexts does not fit a model of " + placesMax);
        }
        tags = new int[places];
        totals = new byte[places];
        counts = countsFor(places);
        taken = 0;
        for (int place = 0; place < places; place++) {
            tags[place] = in.readInt();
            taken += tags[place] == 0 ? 0 : 1;
            totals[place] = in.readByte();
            for (int i = 0; i < WIDTH; i++) {
                counts.unpack(place, i, in.readInt());
            }
        }
    }

    long bytes() {
        return 5L * tags.length + counts.bytes();
    }
}
