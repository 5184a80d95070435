package io.forelog.prefetch.model;

/** Mixing of integers (the finalizer of SplitMix64: Steele, Lea and Flood, OOPSLA 2014). */
public final class Hashing {

    private Hashing() {}

    /** Returns 64 bits of which each depends on each of {@code value}'s. */
    public static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /**
     * Returns 32 bits of which the lower ones depend on all of {@code value}'s, though less evenly than those of {@link
     * #mix}: one multiplication, for small tables that are looked into many times a read (Knuth, volume 3, 6.4).
     */
    public static int spread(long value) {
        long product = value * 0x9e3779b97f4a7c15L;
        return (int) (product >>> 32) ^ (int) (product >>> 15);
    }

    /** Spreads a hash over 0..length-1 without a division (Lemire, "Fast Random Integer Generation", 2019). */
    static int range(long hash, int length) {
        return (int) ((hash >>> 32) * length >>> 32);
    }

    static long mix(long first, long second) {
        return mix(mix(first + 0x9e3779b97f4a7c15L) + second);
    }
}
