package io.forelog.metadata;

/**
 * A range of the unsigned 64-bit hash space, both ends inclusive: the whole space cannot be written with an
 * exclusive end.
 *
 * @param from the lowest hash, unsigned
 * @param last the highest hash, unsigned
 */
public record KeyRange(long from, long last) {

    /** The whole hash space. */
    public static final KeyRange ALL = new KeyRange(0, -1L);

    public KeyRange {
        if (Long.compareUnsigned(from, last) > 0) {
            throw new IllegalArgumentException("a range begins after it ends: " + hex(from) + " to " + hex(last));
        }
    }

    public boolean contains(long hash) {
        return Long.compareUnsigned(from, hash) <= 0 && Long.compareUnsigned(hash, last) <= 0;
    }

    /** Returns the part of this range that begins at {@code index} of {@code count} equal parts. */
    public static KeyRange part(int index, int count) {
        return new KeyRange(boundary(index, count), boundary(index + 1, count) - 1);
    }

    /** Returns floor(2^64 * index / count) modulo 2^64: the first hash of a part. */
    private static long boundary(int index, int count) {
        // 2^64 * index / count in two 32-bit digits, as in long division.
        long high = ((long) index << 32) / count;
        long rest = ((long) index << 32) % count;
        return (high << 32) + (rest << 32) / count;
    }

    /** Returns whether {@code next} begins where this range ends. */
    public boolean isFollowedBy(KeyRange next) {
        return last != -1L && last + 1 == next.from;
    }

    /** Writes a hash as 16 hexadecimal digits. */
    public static String hex(long hash) {
        var digits = Long.toHexString(hash);
        return "0".repeat(16 - digits.length()) + digits;
    }

    @Override
    public String toString() {
        return hex(from) + "-" + hex(last);
    }
}
