package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of the keys that most often followed something, with counts: a key number and 4 bits of count each, and one
 * byte for how many were counted in all, side by side, so that to look at a row is to touch one line of the
 * processor's cache. Numbers take 16 bits, and once there is a greater one 24: a row of two then 6 or 8 bytes, one of
 * four 11 or 15.
 *
 * <p>Counts are exact up to 7; above that each of the 8 remaining levels stands for three more and is reached with
 * probability 1/3 (Morris, "Counting Large Numbers of Events in Small Registers", 1978). A row that is full is halved,
 * so that new habits outweigh old ones.
 */
final class SuccessorRows {

    /** One more than the greatest number. */
    static final int NUMBERS = 1 << 24;
    /** One more than the greatest number of two bytes. */
    static final int NARROW_NUMBERS = 1 << 16;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LEVEL_MAX = 15;
    private static final int EXACT_MAX = 7;
    private static final int STEP = 3;
    private static final int TOTAL_SHIFT = 24;
    private static final int TOTAL_MASK = 0x7f;
    private static final byte FLAG = (byte) 0x80;

    private static final int NARROW = Short.BYTES;
    private static final int WIDE = 3;

    private final int width;
    private int numberBytes = NARROW;
    private int numberMask;
    private int stride;
    /** A row's last four bytes, as an integer, have its total in the top byte and its levels below. */
    private final int levelShift;

    private byte[] rows = new byte[0];
    private int random = 0x2545f491;

    /** @param width how many successors a row has: 2 to 4 */
    SuccessorRows(int width) {
        this.width = width;
        levelShift = TOTAL_SHIFT - 4 * width;
        numberBytes(NARROW);
    }

    private void numberBytes(int bytes) {
        numberBytes = bytes;
        numberMask = (1 << Byte.SIZE * bytes) - 1;
        stride = width * bytes + (width + 1) / 2 + 1;
    }

    /** Makes room for numbers of 24 bits. */
    private void widen() {
        byte[] narrow = rows;
        int narrowStride = stride;
        int count = narrow.length / narrowStride;
        numberBytes(WIDE);
        rows = new byte[count * stride];
        int counts = narrowStride - width * NARROW;
        for (int row = 0; row < count; row++) {
            int from = row * narrowStride;
            int to = row * stride;
            for (int i = 0; i < width; i++) {
                rows[to + i * WIDE] = narrow[from + i * NARROW];
                rows[to + i * WIDE + 1] = narrow[from + i * NARROW + 1];
            }
            System.arraycopy(narrow, from + width * NARROW, rows, to + width * WIDE, counts);
        }
    }

    /** Returns how many successors a row has at most. */
    int width() {
        return width;
    }

    /** Makes room for so many rows; those there stay. */
    void resize(int count) {
        rows = Arrays.copyOf(rows, count * stride);
    }

    /** Empties a row, which may lie just beyond the last. */
    void reset(int row) {
        int needed = row + 1;
        if (needed * stride > rows.length) {
            resize(needed + (needed >> KeyTable.GROWTH_SHIFT));
        }
        Arrays.fill(rows, row * stride, needed * stride, (byte) 0);
    }

    private int tail(int row) {
        return (int) INTS.get(rows, row * stride + stride - Integer.BYTES);
    }

    private int level(int tail, int i) {
        return tail >>> levelShift + 4 * i & LEVEL_MAX;
    }

    private static int countOf(int level) {
        return level <= EXACT_MAX ? level : EXACT_MAX + (level - EXACT_MAX) * STEP;
    }

    int successor(int row, int i) {
        return (int) INTS.get(rows, row * stride + numberBytes * i) & numberMask;
    }

    private static int total(int tail) {
        return tail >>> TOTAL_SHIFT & TOTAL_MASK;
    }

    /** Returns a mark that the owner of the rows may set for a purpose of its own. */
    boolean flag(int row) {
        return rows[row * stride + stride - 1] < 0;
    }

    void flag(int row, boolean set) {
        int at = row * stride + stride - 1;
        rows[at] = (byte) (set ? rows[at] | FLAG : rows[at] & ~FLAG);
    }

    private int top(int tail) {
        int top = 0;
        for (int i = 1; i < width; i++) {
            if (level(tail, i) > level(tail, top)) {
                top = i;
            }
        }
        return top;
    }

    /** Returns which successor of a row was counted most, or -1 if there is none. */
    int likeliest(int row) {
        int tail = tail(row);
        int top = top(tail);
        return level(tail, top) > 0 ? top : -1;
    }

    /** Returns whether {@code successor} is the one counted most. */
    boolean topIs(int row, int successor) {
        int tail = tail(row);
        int top = top(tail);
        return level(tail, top) > 0 && successor(row, top) == successor;
    }

    /** Returns about how often a successor was counted, 0 to 31; 0 means that there is none. */
    int count(int row, int i) {
        return countOf(level(tail(row), i));
    }

    /** Returns about which share of all that was counted a successor is, in 0..1. */
    double share(int row, int i) {
        return Math.min(1, (double) count(row, i) / Math.max(1, total(tail(row))));
    }

    /** Returns the confidence of a successor, of which there must be one. */
    int bucket(int row, int i) {
        int tail = tail(row);
        return Confidence.bucket(countOf(level(tail, i)), total(tail));
    }

    /** Adds the successors of a row that were counted at least so often to the guesses. */
    void guess(int row, int countMin, int firstCell, Guesses guesses) {
        int tail = tail(row);
        for (int i = 0; i < width; i++) {
            int level = level(tail, i);
            if (level >= countMin) {
                guesses.add(successor(row, i), firstCell + Confidence.bucket(countOf(level), total(tail)));
            }
        }
    }

    /**
     * Counts a successor. A newcomer to a full row wears the least one down before it takes its place (Misra and
     * Gries 1982).
     */
    void add(int row, int successor) {
        if (successor > numberMask) {
            widen();
        }
        int at = row * stride + stride - Integer.BYTES;
        int tail = (int) INTS.get(rows, at);
        int least = 0;
        int leastLevel = LEVEL_MAX + 1;
        int found = -1;
        for (int i = 0; i < width; i++) {
            int level = level(tail, i);
            if (level > 0 && successor(row, i) == successor) {
                found = i;
                break;
            }
            if (level < leastLevel) {
                leastLevel = level;
                least = i;
            }
        }
        int unit = 1 << levelShift;
        boolean full = false;
        if (found >= 0) {
            int level = level(tail, found);
            if (level < EXACT_MAX || chance()) {
                tail += unit << 4 * found;
                full = level + 1 == LEVEL_MAX;
            }
        } else if (leastLevel <= 1) {
            tail = tail & ~(LEVEL_MAX * unit << 4 * least) | unit << 4 * least;
            put(row, least, successor);
            // With a width of two the last number shares the four bytes that are written back below.
            tail = tail & -unit | (int) INTS.get(rows, at) & unit - 1;
        } else if (leastLevel <= EXACT_MAX || chance()) {
            tail -= unit << 4 * least;
        }
        tail += 1 << TOTAL_SHIFT;
        if (full || total(tail) >= Confidence.TOTAL_MAX) {
            tail = halved(tail);
        }
        INTS.set(rows, at, tail);
    }

    private void put(int row, int i, int successor) {
        int at = row * stride + numberBytes * i;
        rows[at] = (byte) successor;
        rows[at + 1] = (byte) (successor >> 8);
        if (numberBytes == WIDE) {
            rows[at + 2] = (byte) (successor >> 16);
        }
    }

    private int halved(int tail) {
        int halved = tail & (1 << levelShift) - 1 | tail & 1 << 31 | total(tail) >> 1 << TOTAL_SHIFT;
        for (int i = 0; i < width; i++) {
            int half = countOf(level(tail, i)) / 2;
            int level = half <= EXACT_MAX ? half : EXACT_MAX + (half - EXACT_MAX) / STEP;
            halved |= level << levelShift + 4 * i;
        }
        return halved;
    }

    private boolean chance() {
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        return (random >>> 1) % STEP == 0;
    }

    /** Returns rows like these, so many and empty, which {@link #copyRow} may fill from these. */
    SuccessorRows emptyRows(int count) {
        var others = new SuccessorRows(width);
        others.numberBytes(numberBytes);
        others.resize(count);
        return others;
    }

    /** Copies a row of those that made these by {@link #emptyRows}. */
    void copyRow(int row, SuccessorRows from, int fromRow) {
        System.arraycopy(from.rows, fromRow * stride, rows, row * stride, stride);
    }

    void write(DataOutput out, int count) throws IOException {
        out.writeByte(numberBytes);
        out.write(rows, 0, count * stride);
    }

    /**
     * Replaces all rows.
     *
     * @param numbers one more than the greatest number that may be a successor
     */
    void read(DataInput in, int count, int numbers) throws IOException {
        int bytes = in.readByte();
        if (bytes != NARROW && bytes != WIDE) {
            throw new IOException("a snapshot has numbers of " + bytes + " bytes");
        }
        numberBytes(bytes);
        rows = new byte[count * stride];
        in.readFully(rows);
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < width; i++) {
                if (level(tail(row), i) > 0 && successor(row, i) >= numbers) {
                    throw new IOException("a snapshot has successor " + successor(row, i) + " of " + numbers + " keys");
                }
            }
        }
    }

    long bytes() {
        return rows.length;
    }
}
