package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;
import java.util.Arrays;

/**
 * Guesses whose outcome is awaited, by key: what was fetched or is to be, and what was not, for whether a guess comes
 * true can be seen without fetching it (Pugsley et al., "Sandbox Prefetching", HPCA 2014). Open addressing; bounded
 * by the cache's prefetched entries, the queues and the sandbox. Slots are valid until the next change.
 */
final class Trials {

    /** Cells that a trial counts for. */
    static final int CELLS = 4;

    static final byte FREE = 0;
    /** Not fetched. */
    static final byte SANDBOX = 1;
    /** Waits in its shard's queue. */
    static final byte QUEUED = 2;

    static final byte IN_FLIGHT = 3;
    /** In flight, and asked for since. */
    static final byte LATE = 4;
    /** In the cache, not asked for. */
    static final byte ARRIVED = 5;

    private static final int SIGNS = GuessFilter.SIGNS;
    private static final int LENGTH_MIN = 64;
    private static final long SLOT_BYTES = 8 + 1 + 2L * CELLS + SIGNS + 2 + 8;

    private final int sizeMax;
    private long[] keys;
    private byte[] states;
    private short[] cells;
    private byte[] signs;
    private short[] logits;
    private long[] times;
    private int size;
    private int hand;

    /**
     * @param bytesMax the bound on memory; beyond it a trial whose outcome would come last is given up for a new one
     */
    Trials(long bytesMax) {
        int lengthMax = (int) Long.highestOneBit(Math.clamp(bytesMax / SLOT_BYTES, LENGTH_MIN, 1 << 24));
        sizeMax = lengthMax / 4 * 3 - 1;
        allocate(LENGTH_MIN);
    }

    private void allocate(int length) {
        keys = new long[length];
        states = new byte[length];
        cells = new short[length * CELLS];
        signs = new byte[length * SIGNS];
        logits = new short[length];
        times = new long[length];
    }

    /** Returns the slot of {@code key}, or -1. */
    int find(long key) {
        int mask = keys.length - 1;
        for (int slot = home(key); states[slot] != FREE; slot = slot + 1 & mask) {
            if (keys[slot] == key) {
                return slot;
            }
        }
        return -1;
    }

    /** Adds a key that is not there, and returns its slot. */
    int add(long key, byte state, long time) {
        if (size >= sizeMax) {
            giveUpOne();
        }
        if ((size + 1) * 4 > keys.length * 3) {
            grow();
        }
        int slot = freeSlot(key);
        keys[slot] = key;
        states[slot] = state;
        times[slot] = time;
        size++;
        return slot;
    }

    /** Of what is in the cache or in the sandbox; what is queued or in flight, a small part, has yet to be told of. */
    private void giveUpOne() {
        while (states[hand] != ARRIVED && states[hand] != SANDBOX) {
            hand = hand + 1 & keys.length - 1;
        }
        removeAt(hand);
    }

    /** Notes what the guess was made from. */
    void describe(int slot, MergedGuesses merged, int i, byte[] itsSigns, short logit) {
        for (int c = 0; c < CELLS; c++) {
            cells[slot * CELLS + c] = (short) merged.cell(i, c);
        }
        System.arraycopy(itsSigns, 0, signs, slot * SIGNS, SIGNS);
        logits[slot] = logit;
    }

    long key(int slot) {
        return keys[slot];
    }

    byte state(int slot) {
        return states[slot];
    }

    /** Returns a cell it was guessed from, the best for {@code i} 0, or -1. */
    int cell(int slot, int i) {
        return cells[slot * CELLS + i];
    }

    /** Returns when it came into its present state. */
    long time(int slot) {
        return times[slot];
    }

    void state(int slot, byte state, long time) {
        states[slot] = state;
        times[slot] = time;
    }

    void learn(int slot, GuessFilter filter, boolean success) {
        filter.learn(cell(slot, 0), signs, slot * SIGNS, logits[slot], success);
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
        var oldSigns = signs;
        var oldLogits = logits;
        var oldTimes = times;
        allocate(oldKeys.length * 2);
        for (int old = 0; old < oldKeys.length; old++) {
            if (oldStates[old] != FREE) {
                int slot = freeSlot(oldKeys[old]);
                keys[slot] = oldKeys[old];
                states[slot] = oldStates[old];
                System.arraycopy(oldCells, old * CELLS, cells, slot * CELLS, CELLS);
                System.arraycopy(oldSigns, old * SIGNS, signs, slot * SIGNS, SIGNS);
                logits[slot] = oldLogits[old];
                times[slot] = oldTimes[old];
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
                System.arraycopy(signs, slot * SIGNS, signs, hole * SIGNS, SIGNS);
                logits[hole] = logits[slot];
                times[hole] = times[slot];
                hole = slot;
            }
        }
        states[hole] = FREE;
        size--;
    }

    void clear() {
        Arrays.fill(states, FREE);
        size = 0;
    }

    private int home(long key) {
        return Hashing.spread(key) & keys.length - 1;
    }

    long bytes() {
        return SLOT_BYTES * keys.length;
    }
}
