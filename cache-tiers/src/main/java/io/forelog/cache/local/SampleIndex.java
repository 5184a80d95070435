package io.forelog.cache.local;

import java.util.Arrays;

/**
 * The keys of a sample, by hash, that any of several {@link SampleCache}s holds: a key is looked for once, and each
 * cache then knows it by its place. Grows with what they hold.
 */
final class SampleIndex {

    /** Places below it are the caches' own. */
    static final int FIRST = 4;

    private static final int NONE = 0;
    private static final int PLACES_MIN = 64;

    private int[] hashes = new int[PLACES_MIN];
    /** What the sketch makes of each hash, since it is asked of the oldest ones again and again. */
    private long[] mixed = new long[PLACES_MIN];

    /** By place: how many hold it; where none does, which such place is next. */
    private short[] holders = new short[PLACES_MIN];
    /** Places by hash, {@link #NONE} where free; linear probing, at most half full. */
    private short[] slots = new short[2 * PLACES_MIN];

    private int used = FIRST;
    private int free = NONE;

    /** Returns one more than the greatest place so far. */
    int places() {
        return used;
    }

    /** Returns what {@link FrequencySketch#least} is to be asked of the key of a place. */
    long mixed(int place) {
        return mixed[place];
    }

    /** Returns the place of a key of a well mixed hash, new or not, as one more holds it. */
    int enter(int hash) {
        int mask = slots.length - 1;
        for (int slot = hash & mask; slots[slot] != NONE; slot = slot + 1 & mask) {
            int place = slots[slot];
            if (hashes[place] == hash) {
                holders[place]++;
                return place;
            }
        }
        return added(hash);
    }

    private int added(int hash) {
        int place = free;
        if (place == NONE) {
            if (used == hashes.length) {
                grow();
            }
            place = used++;
        } else {
            free = holders[place];
        }
        hashes[place] = hash;
        mixed[place] = FrequencySketch.mix(hash);
        holders[place] = 1;
        insert(place);
        return place;
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, hashes.length * 2);
        mixed = Arrays.copyOf(mixed, hashes.length);
        holders = Arrays.copyOf(holders, hashes.length);
        slots = new short[hashes.length * 2];
        for (int place = FIRST; place < used; place++) {
            insert(place);
        }
    }

    private void insert(int place) {
        int mask = slots.length - 1;
        int slot = hashes[place] & mask;
        while (slots[slot] != NONE) {
            slot = slot + 1 & mask;
        }
        slots[slot] = (short) place;
    }

    /** Notes that one more holds a place. */
    void hold(int place) {
        holders[place]++;
    }

    /** Notes that one less holds a place; if none does, its key is forgotten. */
    void leave(int place) {
        if (--holders[place] == 0) {
            remove(place);
            holders[place] = (short) free;
            free = place;
        }
    }

    private void remove(int place) {
        int mask = slots.length - 1;
        int hole = hashes[place] & mask;
        while (slots[hole] != place) {
            hole = hole + 1 & mask;
        }
        for (int slot = hole + 1 & mask; slots[slot] != NONE; slot = slot + 1 & mask) {
            if ((slot - hashes[slots[slot]] & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = NONE;
    }
}
