package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * The last reads of all readers, each linked to the one before of the same reader: any reader's recent past, as
 * deep as it lies within the last {@link #SIZE} reads, in the room of one ring.
 */
final class History {

    static final int SIZE = 1 << 11;

    private final int[] ids = new int[SIZE];
    private final int[] readers = new int[SIZE];
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

    /** Adds a read of {@code reader}, who read before at position {@code before}, or -1. */
    void add(int reader, int id, long before) {
        int at = (int) next & SIZE - 1;
        ids[at] = id;
        readers[at] = reader;
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

    /** Returns the key number read at a position, or {@link KeyTable#NONE} if that is -1 or too long ago. */
    int id(long position) {
        return position < 0 || next - position > SIZE ? KeyTable.NONE : ids[(int) position & SIZE - 1];
    }

    /** Returns what was read {@code distance} reads ago if {@code reader} did, else {@link KeyTable#NONE}. */
    int id(int reader, long distance) {
        int at = (int) (next - distance) & SIZE - 1;
        return distance <= SIZE && distance <= next && readers[at] == reader ? ids[at] : KeyTable.NONE;
    }

    long bytes() {
        return 10L * SIZE;
    }
}
