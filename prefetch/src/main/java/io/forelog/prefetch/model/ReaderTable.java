package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * The last keys of each recent reader. Bounded: when full, a reader that was not seen lately is forgotten, so that
 * any number of readers may come and go.
 */
final class ReaderTable {

    static final int DEPTH = 3;

    private final KeyTable numbers;
    private int[] last;
    private long[] lastTicks;
    private long[] positions;

    ReaderTable(int capacity) {
        numbers = new KeyTable(capacity);
        last = new int[DEPTH * 64];
        lastTicks = new long[64];
        positions = new long[64];
    }

    /** Returns the reader's number, with its history or, for a new one, an empty one. */
    int intern(long reader) {
        int number = numbers.find(reader);
        if (number == KeyTable.NONE) {
            number = numbers.intern(reader);
            if (number >= lastTicks.length) {
                int larger = number + (number >> 1);
                last = Arrays.copyOf(last, larger * DEPTH);
                lastTicks = Arrays.copyOf(lastTicks, larger);
                positions = Arrays.copyOf(positions, larger);
            }
            Arrays.fill(last, number * DEPTH, number * DEPTH + DEPTH, KeyTable.NONE);
            lastTicks[number] = Long.MIN_VALUE;
            positions[number] = -1;
        } else {
            numbers.intern(reader);
        }
        return number;
    }

    /** Returns the key number that the reader read {@code back} reads ago, from 1. */
    int last(int reader, int back) {
        return last[reader * DEPTH + back - 1];
    }

    /** Returns when the reader read last, or {@code Long.MIN_VALUE}. */
    long lastTick(int reader) {
        return lastTicks[reader];
    }

    /** Returns where in the history the reader's last read is, or -1. */
    long position(int reader) {
        return positions[reader];
    }

    void push(int reader, int key, long tick, long position) {
        positions[reader] = position;
        int at = reader * DEPTH;
        last[at + 2] = last[at + 1];
        last[at + 1] = last[at];
        last[at] = key;
        lastTicks[reader] = tick;
    }

    int size() {
        return numbers.size();
    }

    long bytes() {
        return numbers.bytes() + 4L * last.length + 16L * lastTicks.length;
    }
}
