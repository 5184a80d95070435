package io.forelog.prefetch.model;

/**
 * The guesses of one read: keys or their numbers, each with the cell of the scoreboard that knows how good such guesses
 * are. Reused from read to read; guesses beyond the capacity are dropped.
 */
public final class Guesses {

    /** The most guesses of one read. */
    public static final int CAPACITY = 64;

    private final long[] keys = new long[CAPACITY];
    private final int[] ids = new int[CAPACITY];
    private final int[] cells = new int[CAPACITY];
    private int size;

    void clear() {
        size = 0;
    }

    /** Adds a key that the model need not know. */
    void addKey(long key, int cell) {
        if (size < CAPACITY) {
            keys[size] = key;
            ids[size] = KeyTable.NONE;
            cells[size++] = cell;
        }
    }

    /** Adds a key by its number: most guesses come to nothing before anyone has to look what key that is. */
    void add(int id, int cell) {
        if (size < CAPACITY) {
            ids[size] = id;
            cells[size++] = cell;
        }
    }

    public int size() {
        return size;
    }

    /** Returns the key, if {@link #id} does not tell its number. */
    public long key(int i) {
        return keys[i];
    }

    /**
     * Returns the key's number in the model, or -1 if it has none or it was not looked up; {@link #key} then tells it.
     */
    public int id(int i) {
        return ids[i];
    }

    /** Returns the cell, counted over all sources. */
    public int cell(int i) {
        return cells[i];
    }
}
