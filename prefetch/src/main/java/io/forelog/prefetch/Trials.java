package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;

/**
 * Guesses whose outcome is awaited: those fetched, or being fetched, and a sample of those not fetched, for whether
 * a guess comes true can be seen without fetching it (Pugsley et al., "Sandbox Prefetching", HPCA 2014). A table
 * by key, open addressing; those not fetched also stand in a ring, where the next one overwrites the oldest.
 */
final class Trials {

    /** Cells that a trial counts for, besides the one of the judgement. */
    static final int CELLS = 4;
    static final int FEATURES = GuessFilter.FEATURES;
    static final byte FREE = 0;
    static final byte SANDBOX = 1;
    static final byte IN_FLIGHT = 2;
    static final byte ARRIVED = 3;

    private long[] keys = new long[64];
    private byte[] states = new byte[64];
    private short[] cells = new short[64 * CELLS];
    private short[] features = new short[64 * FEATURES];
    private float[] offsets = new float[64];
    private int[] ticks = new int[64];
    private int size;

    int find(long key) {
        int mask = keys.length - 1;
        for (int slot = home(key); states[slot] != FREE; slot = slot + 1 & mask) {
            if (keys[slot] == key) {
                return slot;
            }
        }
        return -1;
    }

    long key(int slot) {
        return keys[slot];
    }

    byte state(int slot) {
        return states[slot];
    }

    void state(int slot, byte state) {
        states[slot] = state;
    }

    int cell(int slot, int i) {
        return cells[slot * CELLS + i];
    }

    void cell(int slot, int i, int cell) {
        cells[slot * CELLS + i] = (short) cell;
    }

    float offset(int slot) {
        return offsets[slot];
    }

    short[] features() {
        return features;
    }

    void judgement(int slot, short[] from, double offset) {
        System.arraycopy(from, 0, features, slot * FEATURES, FEATURES);
        offsets[slot] = (float) offset;
    }

    /** Returns when the guess was made or, once it is fetched, when it was asked for; the lower 32 bits of the tick. */
    int tick(int slot) {
        return ticks[slot];
    }

    void tick(int slot, long tick) {
        ticks[slot] = (int) tick;
    }

    /** Adds a key that is not there; returns its slot, valid until the next change. */
    int add(long key, byte state, long tick) {
        if ((size + 1) * 4 > keys.length * 3) {
            grow();
        }
        int slot = freeSlot(key);
        keys[slot] = key;
        states[slot] = state;
        ticks[slot] = (int) tick;
        for (int i = 0; i < CELLS; i++) {
            cells[slot * CELLS + i] = -1;
        }
        size++;
        return slot;
    }

    private int freeSlot(long key) {
        int mask = keys.length - 1;
        int slot = home(key);
        while (states[slot] != FREE) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        var oldKeys = keys;
        var oldStates = states;
        var oldCells = cells;
        var oldFeatures = features;
        var oldOffsets = offsets;
        var oldTicks = ticks;
        int length = oldKeys.length * 2;
        keys = new long[length];
        states = new byte[length];
        cells = new short[length * CELLS];
        features = new short[length * FEATURES];
        offsets = new float[length];
        ticks = new int[length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldStates[i] != FREE) {
                int slot = freeSlot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                states[slot] = oldStates[i];
                System.arraycopy(oldCells, i * CELLS, cells, slot * CELLS, CELLS);
                System.arraycopy(oldFeatures, i * FEATURES, features, slot * FEATURES, FEATURES);
                offsets[slot] = oldOffsets[i];
                ticks[slot] = oldTicks[i];
            }
        }
    }

    void removeAt(int hole) {
        int mask = keys.length - 1;
        for (int slot = hole + 1 & mask; states[slot] != FREE; slot = slot + 1 & mask) {
            if ((slot - home(keys[slot]) & mask) >= (slot - hole & mask)) {
                keys[hole] = keys[slot];
                states[hole] = states[slot];
                System.arraycopy(cells, slot * CELLS, cells, hole * CELLS, CELLS);
                System.arraycopy(features, slot * FEATURES, features, hole * FEATURES, FEATURES);
                offsets[hole] = offsets[slot];
                ticks[hole] = ticks[slot];
                hole = slot;
            }
        }
        states[hole] = FREE;
        size--;
    }

    int size() {
        return size;
    }

    private int home(long key) {
        return (int) Hashing.mix(key) & keys.length - 1;
    }

    long bytes() {
        return (8 + 1 + 2 * CELLS + 2 + 4L) * keys.length;
    }
}
