package io.forelog.prefetch;

/** The keys of guesses that were not fetched, in the order made. */
final class SandboxRing {

    private final long[] keys;
    private final int[] ticks;
    private int first;
    private int size;

    SandboxRing(int capacity) {
        keys = new long[capacity];
        ticks = new int[capacity];
    }

    boolean full() {
        return size == keys.length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(long key, long tick) {
        int at = (first + size) % keys.length;
        keys[at] = key;
        ticks[at] = (int) tick;
        size++;
    }

    long oldestKey() {
        return keys[first];
    }

    int oldestTick() {
        return ticks[first];
    }

    void removeOldest() {
        first = (first + 1) % keys.length;
        size--;
    }

    long bytes() {
        return 12L * keys.length;
    }
}
