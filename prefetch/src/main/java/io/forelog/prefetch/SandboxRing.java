package io.forelog.prefetch;

/** The keys of guesses that were not fetched, in the order made, to expire in that order. */
final class SandboxRing {

    private static final int CAPACITY = 1 << 9;

    private final long[] keys = new long[CAPACITY];
    private final long[] times = new long[CAPACITY];
    private int first;
    private int size;

    boolean isFull() {
        return size == CAPACITY;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(long key, long time) {
        int at = first + size & CAPACITY - 1;
        keys[at] = key;
        times[at] = time;
        size++;
    }

    long oldestKey() {
        return keys[first];
    }

    long oldestTime() {
        return times[first];
    }

    void removeOldest() {
        first = first + 1 & CAPACITY - 1;
        size--;
    }

    long bytes() {
        return 16L * CAPACITY;
    }
}
