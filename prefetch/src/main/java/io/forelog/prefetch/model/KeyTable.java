package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * Numbers the keys that were read, so that the tables hold 4 bytes for a key instead of 8. Bounded: when full, a
 * key that was not read lately gives its number to the new one (second chance, Corbató 1968). What other tables
 * still hold under that number then means the new key: a wrong guess, which their ageing forgets.
 */
final class KeyTable {

    static final int NONE = -1;

    private final int capacity;
    private long[] keys;
    private byte[] referenced;
    private int[] lastTicks;
    private byte[] reads;
    private byte[] histories;
    private int[] slots;
    private int size;
    private int hand;

    KeyTable(int capacity) {
        this.capacity = capacity;
        int initial = Math.min(capacity, 1024);
        keys = new long[initial];
        referenced = new byte[initial];
        lastTicks = new int[initial];
        reads = new byte[initial];
        histories = new byte[initial];
        slots = new int[tableSize(initial)];
    }

    private static int tableSize(int entries) {
        return Integer.highestOneBit(Math.max(4, entries * 4 / 3)) * 2;
    }

    int size() {
        return size;
    }

    long key(int id) {
        return keys[id];
    }

    /** Returns the number of {@code key}, or {@link #NONE}. */
    int find(long key) {
        int mask = slots.length - 1;
        for (int slot = slotOf(key); slots[slot] != 0; slot = slot + 1 & mask) {
            if (keys[slots[slot] - 1] == key) {
                return slots[slot] - 1;
            }
        }
        return NONE;
    }

    /** Returns the number of {@code key}, which gets one if it has none, and notes that it was read. */
    int intern(long key) {
        int id = find(key);
        if (id == NONE) {
            id = size < capacity ? grown() : recycled();
            keys[id] = key;
            reads[id] = 0;
            histories[id] = 0;
            insert(id);
        }
        referenced[id] = 1;
        return id;
    }

    void read(int id, long tick) {
        lastTicks[id] = (int) tick;
        if (reads[id] < Byte.MAX_VALUE) {
            reads[id]++;
        }
    }

    int lastTick(int id) {
        return lastTicks[id];
    }

    int reads(int id) {
        return reads[id];
    }

    int history(int id) {
        return histories[id];
    }

    void history(int id, int history) {
        histories[id] = (byte) history;
    }

    private int grown() {
        if (size == keys.length) {
            int larger = Math.min(capacity, size + (size >> 1));
            keys = Arrays.copyOf(keys, larger);
            referenced = Arrays.copyOf(referenced, larger);
            lastTicks = Arrays.copyOf(lastTicks, larger);
            reads = Arrays.copyOf(reads, larger);
            histories = Arrays.copyOf(histories, larger);
        }
        if ((size + 1) * 4L > slots.length * 3L) {
            slots = new int[slots.length * 2];
            for (int id = 0; id < size; id++) {
                insert(id);
            }
        }
        return size++;
    }

    private int recycled() {
        while (referenced[hand] != 0) {
            referenced[hand] = 0;
            hand = hand + 1 == size ? 0 : hand + 1;
        }
        int id = hand;
        hand = hand + 1 == size ? 0 : hand + 1;
        delete(id);
        return id;
    }

    private void insert(int id) {
        int mask = slots.length - 1;
        int slot = slotOf(keys[id]);
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = id + 1;
    }

    private void delete(int id) {
        int mask = slots.length - 1;
        int hole = slotOf(keys[id]);
        while (slots[hole] != id + 1) {
            hole = hole + 1 & mask;
        }
        // Backward shift: no tombstones, so that probes stay short for ever (Knuth 6.4, algorithm R).
        for (int next = hole + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
            int home = slotOf(keys[slots[next] - 1]);
            if ((next - home & mask) >= (next - hole & mask)) {
                slots[hole] = slots[next];
                hole = next;
            }
        }
        slots[hole] = 0;
    }

    private int slotOf(long key) {
        return (int) Hashing.mix(key) & slots.length - 1;
    }

    long bytes() {
        return 15L * keys.length + 4L * slots.length;
    }
}
