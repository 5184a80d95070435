package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * The last reads of all readers, each linked to the one before of the same reader: any reader's recent past, as deep as
 * it lies within the ring, which has a place for every {@value #KEYS_PER_PLACE} keys, at most {@value #SIZE_MAX}.
 */
final class History {

    private static final int SIZE_MIN = 1 << 8;
    private static final int SIZE_MAX = 1 << 11;
    private static final int KEYS_PER_PLACE = 4;

    private int[] ids = new int[SIZE_MIN];
    /** 16 bits of each reader: that two share them is a pair of keys more in a sample. */
    private char[] readers = new char[SIZE_MIN];
    /** How many reads before the same reader read, 0 if never within the ring. */
    private short[] gaps = new short[SIZE_MIN];

    private long next;

    History() {
        Arrays.fill(ids, KeyTable.NONE);
    }

    private void grow() {
        var oldIds = ids;
        var oldReaders = readers;
        var oldGaps = gaps;
        int oldSize = oldIds.length;
        ids = new int[oldSize * 2];
        readers = new char[ids.length];
        gaps = new short[ids.length];
        Arrays.fill(ids, KeyTable.NONE);
        for (long position = Math.max(0, next - oldSize); position < next; position++) {
            int old = (int) position & oldSize - 1;
            int at = (int) position & ids.length - 1;
            ids[at] = oldIds[old];
            readers[at] = oldReaders[old];
            gaps[at] = oldGaps[old];
        }
    }

    /** Returns the position of the next read. */
    long position() {
        return next;
    }

    /**
     * Adds a read of {@code reader}, who read before at position {@code before}, or -1.
     *
     * @param keys how many keys are known
     */
    void add(int reader, int id, long before, int keys) {
        if (keys >= ids.length * KEYS_PER_PLACE && ids.length < SIZE_MAX) {
            grow();
        }
        int at = (int) next & ids.length - 1;
        ids[at] = id;
        readers[at] = (char) reader;
        gaps[at] = before >= 0 && next - before < ids.length ? (short) (next - before) : 0;
        next++;
    }

    /** Returns the position of the same reader's read before that at {@code position}, or -1. */
    long before(long position) {
        if (position < 0 || next - position > ids.length) {
            return -1;
        }
        int gap = gaps[(int) position & ids.length - 1];
        return gap == 0 || next - position + gap > ids.length ? -1 : position - gap;
    }

    /** Returns the key number read at a position, or {@link KeyTable#NONE} if that is -1 or too long ago. */
    int id(long position) {
        return position < 0 || next - position > ids.length ? KeyTable.NONE : ids[(int) position & ids.length - 1];
    }

    /** Returns what was read {@code distance} reads ago if {@code reader} did, else {@link KeyTable#NONE}. */
    int id(int reader, long distance) {
        int at = (int) (next - distance) & ids.length - 1;
        return distance <= ids.length && distance <= next && readers[at] == (char) reader ? ids[at] : KeyTable.NONE;
    }

    long bytes() {
        return 8L * ids.length;
    }
}
