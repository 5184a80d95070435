package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;

/**
 * Which keys the cache was found to have a few reads ago: most guesses are made again by the next reads, and to ask the
 * cache each time, and to move the entry to where it is already, would take longer than all else about them. A small
 * table without chains: what is not in it is asked for.
 *
 * <p>Tells too whether nearly all that is asked for is there: of a cache that holds what is read, little can be guessed
 * that it lacks.
 */
final class PresentKeys {

    private static final int PLACES_MAX = 1 << 10;
    /** So small a part of a cache cannot have been replaced in the meantime that it would matter. */
    private static final int ENTRIES_PER_READ = 64;

    private static final int READS_MAX = 32;
    private static final int PLACE_ENTRIES = 4;
    private static final double WINDOW = 4096;
    private static final double ABSENT_FEW = 1.0 / 1024;

    private long[] keys = new long[1];
    private long[] until = new long[1];
    private long reads;
    /** Of the keys that were asked for, smoothed. */
    private double absentShare = 1;

    /** Adapts to a cache of {@code capacityEntries}: the larger, the longer a key counts as present. */
    void resize(long capacityEntries) {
        reads = Math.min(READS_MAX, capacityEntries / ENTRIES_PER_READ);
        int places = (int) Math.min(PLACES_MAX, Long.highestOneBit(capacityEntries / PLACE_ENTRIES | 1));
        if (places > keys.length) {
            keys = new long[places];
            until = new long[places];
        }
    }

    /** Returns whether the key was found present lately. */
    boolean contains(long key, long read) {
        int place = place(key);
        return keys[place] == key && read < until[place];
    }

    /** Notes that the key was found present at this read. */
    void add(long key, long read) {
        int place = place(key);
        keys[place] = key;
        until[place] = read + reads;
        absentShare -= absentShare / WINDOW;
    }

    /** Notes that a key was not found. */
    void absent() {
        absentShare += (1 - absentShare) / WINDOW;
    }

    /** Returns whether hardly any of the keys asked for lately was not found. */
    boolean nearlyAll() {
        return absentShare < ABSENT_FEW;
    }

    private int place(long key) {
        return Hashing.spread(key) & keys.length - 1;
    }

    long bytes() {
        return 16L * keys.length;
    }
}
