package io.forelog.prefetch;

import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Guesses;
import java.util.Arrays;

/** The guesses of one read with each key once, and for each the cells it was guessed from, the best first. */
final class MergedGuesses {

    /** Cells that are kept for a key, of 16 bits each, in one number. */
    static final int CELLS = Long.SIZE / Short.SIZE;

    private static final long CELL_MASK = 0xffff;
    private static final int SLOTS = Guesses.CAPACITY * 2;

    private final AccessModel model;
    private final long[] keys = new long[Guesses.CAPACITY];
    private final int[] ids = new int[Guesses.CAPACITY];
    private final long[] cells = new long[Guesses.CAPACITY];
    private final float[] bests = new float[Guesses.CAPACITY];
    private final int[] agreeing = new int[Guesses.CAPACITY];
    /** By number: which merge a slot belongs to, so that nothing is cleared between two, plus which guess it is. */
    private final int[] slots = new int[SLOTS];

    private int stamp;
    private int size;

    MergedGuesses(AccessModel model) {
        this.model = model;
    }

    void merge(Guesses guesses, Scoreboard scoreboard, float least) {
        size = 0;
        stamp += SLOTS;
        if (stamp == 0) {
            // All stamps have been used: what is left of the first ones must not be taken for new.
            Arrays.fill(slots, 0);
            stamp = SLOTS;
        }
        for (int g = 0; g < guesses.size(); g++) {
            float score = scoreboard.score(guesses.cell(g));
            if (score < least) {
                continue;
            }
            int id = guesses.id(g) >= 0 ? guesses.id(g) : model.id(guesses.key(g));
            // A key without a number is guessed by one source alone, and by that one once.
            int at = id >= 0 ? indexOf(id) : added(id, guesses.key(g));
            add(at, guesses.cell(g), score);
        }
    }

    private int indexOf(int id) {
        int slot = id & SLOTS - 1;
        for (int at = slots[slot] - stamp; at >= 0 && at < SLOTS; at = slots[slot] - stamp) {
            if (ids[at] == id) {
                return at;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        slots[slot] = stamp + size;
        // Here, and not when someone asks: so the processor waits for several keys at once.
        return added(id, model.key(id));
    }

    private int added(int id, long key) {
        ids[size] = id;
        keys[size] = key;
        cells[size] = -1;
        bests[size] = -1;
        agreeing[size] = 0;
        return size++;
    }

    private void add(int at, int cell, float score) {
        int end = agreeing[at]++;
        if (end >= CELLS) {
            return;
        }
        if (score > bests[at]) {
            bests[at] = score;
            set(at, end, cell(cells[at], 0));
            set(at, 0, cell);
        } else {
            set(at, end, cell);
        }
    }

    private void set(int at, int c, int cell) {
        int shift = c * Short.SIZE;
        cells[at] = cells[at] & ~(CELL_MASK << shift) | (cell & CELL_MASK) << shift;
    }

    int size() {
        return size;
    }

    long key(int i) {
        return keys[i];
    }

    /** Returns the key's number in the model, or -1 if it has none. */
    int id(int i) {
        return ids[i];
    }

    /** Returns the best cell for {@code c} 0, the others in no order; -1 beyond the last. */
    int cell(int i, int c) {
        return cell(cells[i], c);
    }

    /** Returns what {@link #cells} tells of the cell numbered {@code c}. */
    static int cell(long cells, int c) {
        return (short) (cells >>> c * Short.SIZE);
    }

    /** Returns all that {@link #cell(int, int)} tells of a guess. */
    long cells(int i) {
        return cells[i];
    }

    /** Returns how many guesses name the key. */
    int agreeing(int i) {
        return agreeing[i];
    }

    /** Returns the score of the best cell. */
    float best(int i) {
        return bests[i];
    }
}
