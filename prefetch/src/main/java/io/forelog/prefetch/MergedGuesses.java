package io.forelog.prefetch;

import io.forelog.prefetch.model.Guesses;
import io.forelog.prefetch.model.Hashing;
import java.util.Arrays;

/** The guesses of one read with each key once, and for each the cells it was guessed from, the best first. */
final class MergedGuesses {

    private static final int CAPACITY = 128;
    private static final int SLOTS = 256;

    private final long[] keys = new long[CAPACITY];
    private final int[] cells = new int[CAPACITY * Trials.CELLS];
    private final double[] bests = new double[CAPACITY];
    private final int[] ids = new int[CAPACITY];
    private final int[] agreeing = new int[CAPACITY];
    private final int[] slots = new int[SLOTS];
    private final int[] stamps = new int[SLOTS];
    private int stamp;
    private int size;

    void merge(Guesses guesses, Scoreboard scoreboard) {
        size = 0;
        stamp++;
        for (int g = 0; g < guesses.size(); g++) {
            long key = guesses.key(g);
            int at = indexOf(key);
            if (guesses.id(g) >= 0) {
                ids[at] = guesses.id(g);
            }
            add(at, guesses.cell(g), scoreboard.score(guesses.cell(g)));
        }
    }

    private int indexOf(long key) {
        int slot = (int) Hashing.mix(key) & SLOTS - 1;
        while (stamps[slot] == stamp) {
            if (keys[slots[slot]] == key) {
                return slots[slot];
            }
            slot = slot + 1 & SLOTS - 1;
        }
        stamps[slot] = stamp;
        slots[slot] = size;
        keys[size] = key;
        bests[size] = -1;
        ids[size] = -1;
        agreeing[size] = 0;
        Arrays.fill(cells, size * Trials.CELLS, size * Trials.CELLS + Trials.CELLS, -1);
        return size++;
    }

    private void add(int at, int cell, double score) {
        int first = at * Trials.CELLS;
        int end = first + Math.min(agreeing[at], Trials.CELLS);
        for (int i = first; i < end; i++) {
            if (cells[i] == cell) {
                return;
            }
        }
        if (agreeing[at] < Trials.CELLS) {
            cells[end] = cell;
        }
        agreeing[at]++;
        if (score > bests[at] && end < first + Trials.CELLS) {
            cells[end] = cells[first];
            cells[first] = cell;
            bests[at] = score;
        }
    }

    int size() {
        return size;
    }

    long key(int i) {
        return keys[i];
    }

    /** Returns the best cell for {@code c} 0, the others in no order; -1 beyond the last. */
    int cell(int i, int c) {
        return cells[i * Trials.CELLS + c];
    }

    int id(int i) {
        return ids[i];
    }

    int agreeing(int i) {
        return agreeing[i];
    }
}
