package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * Remembers in one bit each what was seen once, so that only what is seen twice takes room in a table (the
 * doorkeeper of TinyLFU). Forgets all when half full, and when it grows. One byte a key.
 */
final class Doorkeeper {

    private long[] bits = new long[64];
    private int load;

    /** Grows to 8 bits for each of {@code keys}, if it is much smaller. */
    void guard(int keys) {
        if (keys / 8 > bits.length * 3 / 2) {
            bits = new long[keys / 8];
            load = 0;
        }
    }

    /** Returns whether {@code hash} was seen before, or is mistaken for one that was, and remembers it. */
    boolean seen(long hash) {
        int bit = Hashing.range(hash, bits.length * Long.SIZE);
        boolean seen = (bits[bit >> 6] & 1L << bit) != 0;
        bits[bit >> 6] |= 1L << bit;
        if (!seen && ++load > bits.length * Long.SIZE / 2) {
            Arrays.fill(bits, 0);
            load = 0;
        }
        return seen;
    }

    long bytes() {
        return 8L * bits.length;
    }
}
