package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * Rows of numbers of keys with counts, 3.5 bytes each: 24 bits of number, 4 of count. Counts are exact up to 7; above
 * that each of the 8 remaining levels stands for three more and is reached with probability 1/3 (Morris, "Counting
 * Large Numbers of Events in Small Registers", 1978).
 */
final class SuccessorCounts {

    /** One more than the greatest number. */
    static final int NUMBERS = 1 << 24;

    private static final int LEVEL_MAX = 15;
    private static final int EXACT_MAX = 7;
    private static final int STEP = 3;

    private final int width;
    private byte[] numbers = new byte[0];
    private byte[] levels = new byte[0];
    private int random = 0x2545f491;

    SuccessorCounts(int width) {
        this.width = width;
    }

    /** Makes room for so many rows; those there stay. */
    void resize(int rows) {
        numbers = Arrays.copyOf(numbers, rows * width * 3);
        levels = Arrays.copyOf(levels, (rows * width + 1) / 2);
    }

    int number(int row, int i) {
        int at = (row * width + i) * 3;
        return numbers[at] & 0xff | (numbers[at + 1] & 0xff) << 8 | (numbers[at + 2] & 0xff) << 16;
    }

    private void number(int row, int i, int number) {
        int at = (row * width + i) * 3;
        numbers[at] = (byte) number;
        numbers[at + 1] = (byte) (number >> 8);
        numbers[at + 2] = (byte) (number >> 16);
    }

    private int level(int row, int i) {
        int at = row * width + i;
        return levels[at >> 1] >>> ((at & 1) << 2) & LEVEL_MAX;
    }

    private void level(int row, int i, int level) {
        int at = row * width + i;
        int shift = (at & 1) << 2;
        levels[at >> 1] = (byte) (levels[at >> 1] & ~(LEVEL_MAX << shift) | level << shift);
    }

    /** Returns about how often the number was counted, 0 to 31; 0 means that there is none. */
    int count(int row, int i) {
        int level = level(row, i);
        return level <= EXACT_MAX ? level : EXACT_MAX + (level - EXACT_MAX) * STEP;
    }

    /** Returns which number of a row was counted most; there may be none. */
    int top(int row) {
        int top = 0;
        for (int i = 1; i < width; i++) {
            if (level(row, i) > level(row, top)) {
                top = i;
            }
        }
        return top;
    }

    /** Returns whether {@code number} is the one counted most. */
    boolean topIs(int row, int number) {
        int top = top(row);
        return level(row, top) > 0 && number(row, top) == number;
    }

    void clear(int row) {
        for (int i = 0; i < width; i++) {
            level(row, i, 0);
        }
    }

    void halve(int row) {
        for (int i = 0; i < width; i++) {
            int half = count(row, i) / 2;
            level(row, i, half <= EXACT_MAX ? half : EXACT_MAX + (half - EXACT_MAX) / STEP);
        }
    }

    /**
     * Counts a number. A newcomer to a full row wears the least one down before it takes its place (Misra and Gries
     * 1982).
     *
     * @return whether its count is full, and the row to be halved
     */
    boolean add(int row, int number) {
        int least = 0;
        for (int i = 0; i < width; i++) {
            int level = level(row, i);
            if (level > 0 && number(row, i) == number) {
                if (level < EXACT_MAX || chance()) {
                    level(row, i, ++level);
                }
                return level == LEVEL_MAX;
            }
            if (level < level(row, least)) {
                least = i;
            }
        }
        int level = level(row, least);
        if (level <= 1) {
            number(row, least, number);
            level(row, least, 1);
        } else if (level <= EXACT_MAX || chance()) {
            level(row, least, level - 1);
        }
        return false;
    }

    private boolean chance() {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return (random >>> 1) % STEP == 0;
    }

    void copyRow(int row, SuccessorCounts from, int fromRow) {
        for (int i = 0; i < width; i++) {
            number(row, i, from.number(fromRow, i));
            level(row, i, from.level(fromRow, i));
        }
    }

    /** Returns a number with its count in 32 bits, for a snapshot. */
    int packed(int row, int i) {
        return level(row, i) << 24 | number(row, i);
    }

    void unpack(int row, int i, int packed) {
        number(row, i, packed & NUMBERS - 1);
        level(row, i, packed >>> 24 & LEVEL_MAX);
    }

    long bytes() {
        return numbers.length + levels.length;
    }
}
