package io.forelog.prefetch;

import io.forelog.prefetch.model.Hashing;
import java.util.Arrays;

/**
 * Guesses whose outcome is awaited, by key: what was fetched or is to be, and what was not, for whether a guess comes
 * true can be seen without fetching it (Pugsley et al., "Sandbox Prefetching", HPCA 2014). Bounded by the cache's
 * prefetched entries, the queues and the sandbox.
 *
 * <p>A trial's slot is its own from {@link #add} to {@link #removeAt}. What is known of it lies side by side, so that
 * to look at a trial is to touch one or two lines of the processor's cache; most keys that are looked for are not
 * there, which an index at most half full tells without a look at any trial.
 */
final class Trials {

    /** Cells that a trial counts for. */
    static final int CELLS = MergedGuesses.CELLS;

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

    private static final int NONE = -1;
    private static final int SLOTS_MIN = 64;
    private static final int SLOTS_MAX = 1 << 23;
    private static final int INDEX_PER_SLOT = 2;

    /** Of a slot's numbers; where it is free, its key is the next free slot. */
    private static final int KEY = 0;

    private static final int TIME = 1;
    private static final int CELL = 2;
    /** The signs, and the state in the byte that they leave. */
    private static final int SIGNS = 3;
    /** The key's number in the model, and the logit below it. */
    private static final int NUMBER = 4;

    private static final int NUMBERS = 5;
    private static final long SLOT_BYTES = NUMBERS * Long.BYTES + INDEX_PER_SLOT * Integer.BYTES;

    private static final int STATE_SHIFT = GuessFilter.SIGNS * Byte.SIZE;
    private static final long SIGNS_MASK = (1L << STATE_SHIFT) - 1;
    private static final int SLOT_MASK = (1 << 24) - 1;

    private final int slotsMax;
    private long[] slots;
    /** By hash: 8 bits of it above a slot plus one; 0 where free. Linear probing. */
    private int[] index;

    private int size;
    private int used;
    private int free = NONE;
    private int hand;

    /**
     * @param bytesMax the bound on memory; beyond it a trial whose outcome would come last is given up for a new one
     */
    Trials(long bytesMax) {
        slotsMax = (int) Long.highestOneBit(Math.clamp(bytesMax / SLOT_BYTES, SLOTS_MIN, SLOTS_MAX));
        slots = new long[SLOTS_MIN * NUMBERS];
        index = new int[SLOTS_MIN * INDEX_PER_SLOT];
    }

    /** Returns the slot of {@code key}, or -1. */
    int find(long key) {
        int hash = Hashing.spread(key);
        int mask = index.length - 1;
        for (int at = hash & mask; index[at] != 0; at = at + 1 & mask) {
            if (((index[at] ^ hash) & ~SLOT_MASK) == 0 && key(slotAt(at)) == key) {
                return slotAt(at);
            }
        }
        return NONE;
    }

    private int slotAt(int at) {
        return (index[at] & SLOT_MASK) - 1;
    }

    /**
     * Adds a key that is not there, and returns its slot.
     *
     * @param id the key's number in the model, or -1 if it is not known
     */
    int add(long key, int id, byte state, long time) {
        if (size == slotsMax) {
            giveUpOne();
        }
        int slot = free;
        if (slot != NONE) {
            free = (int) key(slot);
        } else {
            if (used * NUMBERS == slots.length) {
                grow();
            }
            slot = used++;
        }
        slots[slot * NUMBERS + KEY] = key;
        slots[slot * NUMBERS + NUMBER] = (long) id << Integer.SIZE;
        state(slot, state, time);
        insert(slot);
        size++;
        return slot;
    }

    /** Of what is in the cache or in the sandbox; what is queued or in flight, a small part, has yet to be told of. */
    private void giveUpOne() {
        while (state(hand) != ARRIVED && state(hand) != SANDBOX) {
            hand = hand + 1 == used ? 0 : hand + 1;
        }
        removeAt(hand);
    }

    private void grow() {
        slots = Arrays.copyOf(slots, slots.length * 2);
        index = new int[index.length * 2];
        for (int slot = 0; slot < used; slot++) {
            insert(slot);
        }
    }

    private void insert(int slot) {
        int hash = Hashing.spread(key(slot));
        int mask = index.length - 1;
        int at = hash & mask;
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        index[at] = hash & ~SLOT_MASK | slot + 1;
    }

    /** Notes what the guess was made from. */
    void describe(int slot, MergedGuesses merged, int i, long signs, short logit) {
        int first = slot * NUMBERS;
        slots[first + CELL] = merged.cells(i);
        slots[first + SIGNS] = slots[first + SIGNS] & ~SIGNS_MASK | signs;
        slots[first + NUMBER] = slots[first + NUMBER] & ~0xffffL | logit;
    }

    long key(int slot) {
        return slots[slot * NUMBERS + KEY];
    }

    /** Returns the number that the key had in the model when it was added, or -1. */
    int id(int slot) {
        return (int) (slots[slot * NUMBERS + NUMBER] >> Integer.SIZE);
    }

    byte state(int slot) {
        return (byte) (slots[slot * NUMBERS + SIGNS] >>> STATE_SHIFT);
    }

    /** Returns a cell it was guessed from, the best for {@code i} 0, or -1. */
    int cell(int slot, int i) {
        return MergedGuesses.cell(slots[slot * NUMBERS + CELL], i);
    }

    /** Returns when it came into its present state. */
    long time(int slot) {
        return slots[slot * NUMBERS + TIME];
    }

    void state(int slot, byte state, long time) {
        int first = slot * NUMBERS;
        slots[first + SIGNS] = slots[first + SIGNS] & SIGNS_MASK | (long) state << STATE_SHIFT;
        slots[first + TIME] = time;
    }

    void learn(int slot, GuessFilter filter, boolean success) {
        int first = slot * NUMBERS;
        filter.learn(cell(slot, 0), slots[first + SIGNS], (short) slots[first + NUMBER], success);
    }

    void removeAt(int slot) {
        int mask = index.length - 1;
        int hole = Hashing.spread(key(slot)) & mask;
        while (slotAt(hole) != slot) {
            hole = hole + 1 & mask;
        }
        for (int at = hole + 1 & mask; index[at] != 0; at = at + 1 & mask) {
            if ((at - Hashing.spread(key(slotAt(at))) & mask) >= (at - hole & mask)) {
                index[hole] = index[at];
                hole = at;
            }
        }
        index[hole] = 0;
        state(slot, FREE, 0);
        slots[slot * NUMBERS + KEY] = free;
        free = slot;
        size--;
    }

    long bytes() {
        return (long) Long.BYTES * slots.length + (long) Integer.BYTES * index.length;
    }
}
