package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/**
 * Finds entries by key: open addressing with linear probing over well mixed hashes, at most two thirds full. Keys
 * that are numbers with a pattern, as addresses are, would share the buckets of a {@code HashMap}.
 */
final class NodeTable<K, V> {

    private @Nullable Node<K, V>[] slots = newSlots(16);
    /** Of each slot, 0 where free: what is not there is not found, and entries move, without a look at any of them. */
    private int[] tags = new int[16];

    private int size;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K, V> @Nullable Node<K, V>[] newSlots(int length) {
        return new Node[length];
    }

    int size() {
        return size;
    }

    /** @param hash of the key, as {@link Node#hashOf} tells it */
    @Nullable
    Node<K, V> find(K key, int hash) {
        int tag = tag(hash);
        int mask = tags.length - 1;
        for (int slot = tag & mask; tags[slot] != 0; slot = slot + 1 & mask) {
            if (tags[slot] == tag && slots[slot].key.equals(key)) {
                return slots[slot];
            }
        }
        return null;
    }

    private static int tag(int hash) {
        return hash == 0 ? 1 : hash;
    }

    /** Adds an entry whose key is not there. */
    void add(Node<K, V> node) {
        if (++size * 3L > slots.length * 2L) {
            grow();
        }
        insert(node);
    }

    private void insert(Node<K, V> node) {
        int mask = tags.length - 1;
        int tag = tag(node.hash);
        int slot = tag & mask;
        while (tags[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = node;
        tags[slot] = tag;
    }

    private void grow() {
        var old = slots;
        slots = newSlots(old.length * 2);
        tags = new int[slots.length];
        for (var node : old) {
            if (node != null) {
                insert(node);
            }
        }
    }

    /** Removes an entry that is there. */
    void remove(Node<K, V> node) {
        int mask = tags.length - 1;
        int hole = tag(node.hash) & mask;
        while (slots[hole] != node) {
            hole = hole + 1 & mask;
        }
        // Backward shift: no tombstones, so that probes stay short for ever (Knuth, volume 3, 6.4, algorithm R).
        for (int slot = hole + 1 & mask; tags[slot] != 0; slot = slot + 1 & mask) {
            if ((slot - tags[slot] & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                tags[hole] = tags[slot];
                hole = slot;
            }
        }
        slots[hole] = null;
        tags[hole] = 0;
        size--;
    }
}
