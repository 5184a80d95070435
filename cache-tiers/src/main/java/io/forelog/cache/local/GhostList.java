package io.forelog.cache.local;

/**
 * Remembers, by hash, which entries left last: a read of one of them is a hit that so much more room would have
 * made. A ring of the hashes with a table to find them; two keys of one hash are taken for one.
 */
final class GhostList {

    private int[] ring;
    private int[] slots;
    private int next;
    private int size;

    GhostList(int capacity) {
        ring = new int[Math.max(1, capacity)];
        slots = new int[Integer.highestOneBit(Math.max(2, ring.length)) * 4];
    }

    int capacity() {
        return ring.length;
    }

    /** Changes how many are remembered; forgets those remembered now. */
    void resize(int capacity) {
        ring = new int[Math.max(1, capacity)];
        slots = new int[Integer.highestOneBit(Math.max(2, ring.length)) * 4];
        next = 0;
        size = 0;
    }

    void add(int hash) {
        remove(hash);
        if (size == ring.length) {
            deleteAt(next);
        } else {
            size++;
        }
        ring[next] = hash;
        int mask = slots.length - 1;
        int slot = home(hash);
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = next + 1;
        next = next + 1 == ring.length ? 0 : next + 1;
    }

    /** Forgets an entry, and returns whether it was remembered. */
    boolean remove(int hash) {
        int mask = slots.length - 1;
        for (int slot = home(hash); slots[slot] != 0; slot = slot + 1 & mask) {
            if (ring[slots[slot] - 1] == hash) {
                deleteSlot(slot);
                return true;
            }
        }
        return false;
    }

    private void deleteAt(int at) {
        int mask = slots.length - 1;
        for (int slot = home(ring[at]); slots[slot] != 0; slot = slot + 1 & mask) {
            if (slots[slot] == at + 1) {
                deleteSlot(slot);
                return;
            }
        }
    }

    private void deleteSlot(int hole) {
        int mask = slots.length - 1;
        for (int slot = hole + 1 & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            if ((slot - home(ring[slots[slot] - 1]) & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = 0;
    }

    private int home(int hash) {
        int mixed = hash * 0x9e3779b9;
        return (mixed ^ mixed >>> 15) & slots.length - 1;
    }
}
