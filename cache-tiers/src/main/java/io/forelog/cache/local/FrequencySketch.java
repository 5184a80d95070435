package io.forelog.cache.local;

/**
 * About how often each key was asked for lately, 0 to 15, in 8 bytes a cached entry: a count-min sketch of 4-bit
 * counters that are halved from time to time (TinyLFU: Einziger, Friedman and Manes, ACM TOS 2017). Counts are
 * never too low but by halving, and seldom too high.
 */
final class FrequencySketch {

    private static final int DEPTH = 4;
    private static final int COUNT_MAX = 15;
    private static final int PERIOD = 10;
    private static final long LOWER_BITS = 0x7777777777777777L;

    private long[] counters = new long[16];
    private long entries = 16;
    private long additions;

    /** Makes room for the history of so many entries; forgets what was counted if it must grow. */
    void ensureCapacity(long entries) {
        this.entries = Math.max(16, entries);
        if (this.entries > counters.length) {
            counters = new long[Integer.highestOneBit((int) Math.min(1 << 29, this.entries) * 2 - 1)];
            additions = 0;
        }
    }

    int frequency(int hash) {
        return least(mix(hash));
    }

    /** As {@link #frequency} of what {@code mixed} is the {@link #mix} of. */
    int least(long mixed) {
        int least = COUNT_MAX;
        for (int i = 0; i < DEPTH; i++) {
            least = Math.min(least, (int) (counters[slot(mixed, i)] >>> shift(mixed, i)) & COUNT_MAX);
        }
        return least;
    }

    void increment(int hash) {
        long mixed = mix(hash);
        int least = least(mixed);
        if (least == COUNT_MAX) {
            return;
        }
        for (int i = 0; i < DEPTH; i++) {
            int slot = slot(mixed, i);
            int shift = shift(mixed, i);
            // Only the least counters grow (Estan and Varghese 2002): the others already count someone else.
            // Without a branch, which no processor foresees.
            counters[slot] += (((int) (counters[slot] >>> shift) & COUNT_MAX) == least ? 1L : 0L) << shift;
        }
        if (++additions >= PERIOD * entries) {
            age();
        }
    }

    private void age() {
        for (int i = 0; i < counters.length; i++) {
            counters[i] = counters[i] >>> 1 & LOWER_BITS;
        }
        additions /= 2;
    }

    private int slot(long mixed, int i) {
        return (int) (mixed >>> i * 11) & counters.length - 1;
    }

    private static int shift(long mixed, int i) {
        return (int) (mixed >>> 48 + i * 4 & 15) << 2;
    }

    static long mix(int hash) {
        long z = (hash + 1L) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
