package io.forelog.prefetch;

/** The keys of guesses that were not fetched, in the order made, to expire in that order. */
final class SandboxRing {

    private static final int CAPACITY_MIN = 1 << 7;
    private static final int CAPACITY_MAX = 1 << 9;

    private long[] keys = new long[CAPACITY_MIN];
    private long[] times = new long[CAPACITY_MIN];
    private int first;
    private int size;

    /** Makes room for so many, if that is more than there is and not too many. */
    void ensureCapacity(long wanted) {
        while (wanted >= keys.length * 2L && keys.length < CAPACITY_MAX) {
            grow();
        }
    }

    private void grow() {
        var oldKeys = keys;
        var oldTimes = times;
        keys = new long[oldKeys.length * 2];
        times = new long[keys.length];
        for (int i = 0; i < size; i++) {
            int old = first + i & oldKeys.length - 1;
            keys[i] = oldKeys[old];
            times[i] = oldTimes[old];
        }
        first = 0;
    }

    boolean isFull() {
        return size == keys.length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(long key, long time) {
        int at = first + size & keys.length - 1;
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
        first = first + 1 & keys.length - 1;
        size--;
    }

    long bytes() {
        return 16L * keys.length;
    }
}
