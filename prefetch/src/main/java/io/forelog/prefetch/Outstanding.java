package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;
import java.util.Arrays;

/**
 * What was fetched, or is being fetched, and neither read nor evicted so far: key, the cell it counts for, and when
 * it was asked for. A table from key to those; bounded by the cache and the fetches under way, grows with them.
 */
final class Outstanding {

    private static final int FREE = -1;

    private long[] keys = new long[64];
    private int[] cells = new int[64];
    private long[] times = new long[64];
    private boolean[] arrived = new boolean[64];
    private int size;

    Outstanding() {
        Arrays.fill(cells, FREE);
    }

    /** Returns the slot of {@code key}, valid until the next change, or -1. */
    int find(long key) {
        int mask = keys.length - 1;
        for (int slot = home(key); cells[slot] != FREE; slot = slot + 1 & mask) {
            if (keys[slot] == key) {
                return slot;
            }
        }
        return -1;
    }

    int cell(int slot) {
        return cells[slot];
    }

    long time(int slot) {
        return times[slot];
    }

    boolean arrived(int slot) {
        return arrived[slot];
    }

    void arrive(int slot) {
        arrived[slot] = true;
    }

    void add(long key, int cell, long time) {
        if ((size + 1) * 2 > keys.length) {
            grow();
        }
        put(key, cell, time, false);
        size++;
    }

    private void put(long key, int cell, long time, boolean has) {
        int mask = keys.length - 1;
        int slot = home(key);
        while (cells[slot] != FREE) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        cells[slot] = cell;
        times[slot] = time;
        arrived[slot] = has;
    }

    private void grow() {
        var oldKeys = keys;
        var oldCells = cells;
        var oldTimes = times;
        var oldArrived = arrived;
        keys = new long[oldKeys.length * 2];
        cells = new int[keys.length];
        times = new long[keys.length];
        arrived = new boolean[keys.length];
        Arrays.fill(cells, FREE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCells[i] != FREE) {
                put(oldKeys[i], oldCells[i], oldTimes[i], oldArrived[i]);
            }
        }
    }

    void removeAt(int hole) {
        int mask = keys.length - 1;
        for (int slot = hole + 1 & mask; cells[slot] != FREE; slot = slot + 1 & mask) {
            if ((slot - home(keys[slot]) & mask) >= (slot - hole & mask)) {
                keys[hole] = keys[slot];
                cells[hole] = cells[slot];
                times[hole] = times[slot];
                arrived[hole] = arrived[slot];
                hole = slot;
            }
        }
        cells[hole] = FREE;
        size--;
    }

    int size() {
        return size;
    }

    private int home(long key) {
        return (int) Hashing.mix(key) & keys.length - 1;
    }

    long bytes() {
        return 21L * keys.length;
    }
}
