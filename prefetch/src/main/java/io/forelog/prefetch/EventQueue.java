package io.forelog.prefetch;

import java.util.Arrays;

/** Keys with a small number each, first in, first out. Grows to the most that ever waited; allocates nothing else. */
final class EventQueue {

    private long[] keys = new long[16];
    private byte[] kinds = new byte[keys.length];
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(long key, int kind) {
        if (size == keys.length) {
            grow();
        }
        int at = first + size & keys.length - 1;
        keys[at] = key;
        kinds[at] = (byte) kind;
        size++;
    }

    private void grow() {
        int length = keys.length;
        keys = Arrays.copyOf(keys, length * 2);
        kinds = Arrays.copyOf(kinds, length * 2);
        // What went round the end goes on behind it.
        System.arraycopy(keys, 0, keys, length, first);
        System.arraycopy(kinds, 0, kinds, length, first);
    }

    /** Returns the number of the first one, of which there must be one. */
    int kind() {
        return kinds[first];
    }

    /** Takes out the first one, of which there must be one, and returns its key. */
    long remove() {
        long key = keys[first];
        first = first + 1 & keys.length - 1;
        size--;
        return key;
    }
}
