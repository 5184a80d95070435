package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Finds the row of a context of two or three keys. A context is a hash of 64 bits, of which 32 are kept: two contexts
 * are mixed up about once in a thousand million probes. Four places to a bucket, as in a processor's predictor; a
 * bucket that is full gives up a context that was not useful lately, unless the table may still grow. 12 bytes a place.
 */
final class ContextTable {

    static final int NONE = -1;

    private static final int WIDTH = 2;
    private static final int WAYS = 4;
    private static final int PLACES_MIN = 64;

    private int[] tags = new int[PLACES_MIN];
    /** Its flag: useful since its bucket last looked for room. */
    private SuccessorRows rows = rowsFor(PLACES_MIN);

    private int taken;

    private static SuccessorRows rowsFor(int places) {
        var rows = new SuccessorRows(WIDTH);
        rows.resize(places);
        return rows;
    }

    /** Returns what follows the contexts, by place. */
    SuccessorRows rows() {
        return rows;
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
     * @param placesMax how large the table may be; if it is larger, it forgets some
     */
    int add(long context, int placesMax) {
        int larger = (tags.length + (tags.length >> KeyTable.GROWTH_SHIFT)) / WAYS * WAYS;
        // Beyond five eighths too many buckets of four are full while others are empty.
        if (taken * 8L >= tags.length * 5L && larger <= placesMax) {
            resize(larger);
        } else if (tags.length > Math.max(PLACES_MIN, placesMax)) {
            resize(Math.max(PLACES_MIN, placesMax / WAYS * WAYS));
        }
        int place = placeFor(tagOf(context));
        tags[place] = tagOf(context);
        rows.reset(place);
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
        for (int i = 0; i < WAYS && rows.flag(victim); i++) {
            rows.flag(victim, false);
            victim = first + (victim - first + 1) % WAYS;
        }
        return victim;
    }

    private void resize(int places) {
        int[] oldTags = tags;
        var oldRows = rows;
        tags = new int[places];
        rows = oldRows.emptyRows(places);
        taken = 0;
        for (int old = 0; old < oldTags.length; old++) {
            if (oldTags[old] != 0) {
                int place = placeFor(oldTags[old]);
                tags[place] = oldTags[old];
                rows.copyRow(place, oldRows, old);
            }
        }
    }

    /** Counts that {@code successor} followed the context at {@code place}. */
    void count(int place, int successor) {
        rows.add(place, successor);
    }

    /** Notes that the context at {@code place} was worth its room. */
    void useful(int place) {
        rows.flag(place, true);
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
        for (int tag : tags) {
            out.writeInt(tag);
        }
        rows.write(out, tags.length);
    }

    /**
     * Replaces what is here.
     *
     * @param numbers one more than the greatest number that may be a successor
     */
    void read(DataInput in, int placesMax, int numbers) throws IOException {
        int places = in.readInt();
        if (places < WAYS || places % WAYS != 0 || places > Math.max(placesMax, PLACES_MIN)) {
            throw new IOException("a snapshot of " + places + " contexts does not fit a model of " + placesMax);
        }
        tags = new int[places];
        taken = 0;
        for (int place = 0; place < places; place++) {
            tags[place] = in.readInt();
            taken += tags[place] == 0 ? 0 : 1;
        }
        rows = new SuccessorRows(WIDTH);
        rows.read(in, places, numbers);
    }

    long bytes() {
        return 4L * tags.length + rows.bytes();
    }
}
