package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * The last keys of each recent reader. Bounded: when full, a reader that was not seen lately is forgotten, so that
 * any number of readers may come and go. About 40 bytes a reader.
 */
final class ReaderTable {

    private static final int DEPTH = 3;

    private final KeyTable numbers;
    private int[] last = new int[0];
    private long[] times = new long[0];
    private long[] positions = new long[0];

    ReaderTable(int capacity) {
        numbers = new KeyTable(capacity);
    }

    /** Returns the reader's number; a new reader's history is empty. */
    int intern(long reader) {
        int number = numbers.intern(reader);
        if (numbers.added()) {
            if (number >= times.length) {
                int larger = number + 1 + (number >> 2);
                last = Arrays.copyOf(last, larger * DEPTH);
                times = Arrays.copyOf(times, larger);
                positions = Arrays.copyOf(positions, larger);
            }
            Arrays.fill(last, number * DEPTH, number * DEPTH + DEPTH, KeyTable.NONE);
            positions[number] = -1;
        }
        return number;
    }

    /** Returns the key number that the reader read {@code back} reads ago, from 1, or {@link KeyTable#NONE}. */
    int last(int reader, int back) {
        return last[reader * DEPTH + back - 1];
    }

    /** Returns when the reader read last; meaningless if it did not. */
    long time(int reader) {
        return times[reader];
    }

    /** Returns where in the history the reader's last read is, or -1 if it did not read. */
    long position(int reader) {
        return positions[reader];
    }

    void push(int reader, int key, long time, long position) {
        int at = reader * DEPTH;
        last[at + 2] = last[at + 1];
        last[at + 1] = last[at];
        last[at] = key;
        times[reader] = time;
        positions[reader] = position;
    }

    int size() {
        return numbers.size();
    }

    long bytes() {
        return numbers.bytes() + 4L * last.length + 16L * times.length;
    }
}
