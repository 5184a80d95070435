package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * The last reads of all readers, each linked to the one before of the same reader: any reader's recent past, as
 * deep as it is within the last {@link #SIZE} reads, in the room of one ring.
 */
final class History {

    static final int SIZE = 1 << 11;

    private final int[] ids = new int[SIZE];
    /** How many reads before the same reader read, 0 if never within the ring. */
    private final short[] gaps = new short[SIZE];
    private long next;

    History() {
        Arrays.fill(ids, KeyTable.NONE);
    }

    /** Returns the position of the next read. */
    long position() {
        return next;
    }

    /** Adds a read whose reader read before at {@code before}, or -1. */
    void add(int id, long before) {
        int at = (int) next & SIZE - 1;
        ids[at] = id;
        gaps[at] = before >= 0 && next - before < SIZE ? (short) (next - before) : 0;
        next++;
    }

    /** Returns the position of the same reader's read before that at {@code position}, or -1. */
    long before(long position) {
        if (position < 0 || next - position > SIZE) {
            return -1;
        }
        int gap = gaps[(int) position & SIZE - 1];
        return gap == 0 || next - position + gap > SIZE ? -1 : position - gap;
    }

    /** Returns the key number read at a position, or {@link KeyTable#NONE} for -1. */
    int id(long position) {
        return position < 0 ? KeyTable.NONE : ids[(int) position & SIZE - 1];
    }

    long bytes() {
        return 6L * SIZE;
    }
}
