package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;

/**
 * Guesses whose outcome is awaited, fetched or not: whether a guess comes true can be seen without fetching it
 * (Pugsley et al., "Sandbox Prefetching", HPCA 2014). A ring: the oldest guess that was not read by the time it is
 * overwritten has failed.
 */
final class Sandbox {

    private final Scoreboard scoreboard;
    private final long[] keys;
    private final int[] cells;
    private final long[] ticks;
    private final int[] slots;
    private int next;

    /** @param capacity guesses awaited at once, a power of two */
    Sandbox(Scoreboard scoreboard, int capacity) {
        this.scoreboard = scoreboard;
        keys = new long[capacity];
        cells = new int[capacity];
        ticks = new long[capacity];
        slots = new int[capacity * 2];
        java.util.Arrays.fill(cells, -1);
    }

    /** Awaits a guess, unless one of the same key is awaited. */
    void await(long key, int cell, long arrivalTick) {
        if (find(key) >= 0) {
            return;
        }
        if (cells[next] >= 0) {
            scoreboard.record(cells[next], false);
            delete(next);
        }
        keys[next] = key;
        cells[next] = cell;
        ticks[next] = arrivalTick;
        insert(next);
        next = next + 1 & keys.length - 1;
    }

    /** Settles the guess of {@code key}, if one is awaited: true if it would have arrived by now, else failed. */
    void read(long key, long tick) {
        int at = find(key);
        if (at >= 0) {
            scoreboard.record(cells[at], tick > ticks[at]);
            delete(at);
            cells[at] = -1;
        }
    }

    /** Settles the guess of {@code key} as failed, if one is awaited. */
    void failed(long key) {
        int at = find(key);
        if (at >= 0) {
            scoreboard.record(cells[at], false);
            delete(at);
            cells[at] = -1;
        }
    }

    private int find(long key) {
        int mask = slots.length - 1;
        for (int slot = home(key); slots[slot] != 0; slot = slot + 1 & mask) {
            if (keys[slots[slot] - 1] == key) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    private void insert(int at) {
        int mask = slots.length - 1;
        int slot = home(keys[at]);
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = at + 1;
    }

    private void delete(int at) {
        int mask = slots.length - 1;
        int hole = home(keys[at]);
        while (slots[hole] != at + 1) {
            hole = hole + 1 & mask;
        }
        for (int slot = hole + 1 & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            if ((slot - home(keys[slots[slot] - 1]) & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = 0;
    }

    private int home(long key) {
        return (int) Hashing.mix(key) & slots.length - 1;
    }

    long bytes() {
        return 20L * keys.length + 4L * slots.length;
    }
}
