package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * For each context, the few keys that most often followed it, with counts. A context is a 64-bit hash; rows are
 * found by open addressing over a 32-bit tag, so that a collision mixes two contexts about once in four thousand
 * million probes. Counts age by halving when they reach {@link #TOTAL_MAX}.
 *
 * <p>Bounded: when full, a context not used lately gives up its row (second chance).
 */
final class SuccessorTable {

    static final int NONE = -1;
    static final int TOTAL_MAX = Integer.getInteger("tm",128);

    private final int width;
    private final int capacity;
    private int[] tags;
    private int[] successors;
    private byte[] counts;
    private byte[] totals;
    private byte[] referenced;
    private int[] slots;
    private int size;
    private int hand;

    SuccessorTable(int width, int capacity) {
        this.width = width;
        this.capacity = capacity;
        int initial = Math.min(capacity, 1024);
        tags = new int[initial];
        totals = new byte[initial];
        referenced = new byte[initial];
        successors = new int[initial * width];
        counts = new byte[initial * width];
        slots = new int[Integer.highestOneBit(Math.max(4, initial * 4 / 3)) * 2];
    }

    /** Returns the row of a context, or {@link #NONE}. */
    int find(long context) {
        int tag = tagOf(context);
        int mask = slots.length - 1;
        for (int slot = slotOf(tag); slots[slot] != 0; slot = slot + 1 & mask) {
            if (tags[slots[slot] - 1] == tag) {
                return slots[slot] - 1;
            }
        }
        return NONE;
    }

    /** Returns the row of a context, which gets an empty one if it has none. */
    int findOrAdd(long context) {
        int row = find(context);
        if (row == NONE) {
            row = size < capacity ? grown() : recycled();
            tags[row] = tagOf(context);
            totals[row] = 0;
            Arrays.fill(counts, row * width, row * width + width, (byte) 0);
            insert(row);
        }
        referenced[row] = 1;
        return row;
    }

    /** Counts that {@code successor} followed the row's context. */
    void count(int row, int successor) {
        int from = row * width;
        int least = from;
        int at = from;
        int end = from + width;
        while (at < end && (counts[at] == 0 || successors[at] != successor)) {
            if (counts[at] < counts[least]) {
                least = at;
            }
            at++;
        }
        if (at < end) {
            counts[at]++;
        } else if (counts[least] <= 1) {
            successors[least] = successor;
            counts[least] = 1;
        } else {
            // Misra and Gries (1982): a newcomer wears the least one down before it takes its place.
            counts[least]--;
        }
        if (++totals[row] >= TOTAL_MAX - 1) {
            age(row);
        }
    }

    private void age(int row) {
        totals[row] >>= 1;
        for (int at = row * width; at < row * width + width; at++) {
            counts[at] >>= 1;
        }
    }

    int width() {
        return width;
    }

    int successor(int row, int i) {
        return successors[row * width + i];
    }

    int countAt(int row, int i) {
        return counts[row * width + i];
    }

    int total(int row) {
        return totals[row];
    }

    int size() {
        return size;
    }

    private int grown() {
        if (size == tags.length) {
            int larger = Math.min(capacity, size + (size >> 1));
            tags = Arrays.copyOf(tags, larger);
            totals = Arrays.copyOf(totals, larger);
            referenced = Arrays.copyOf(referenced, larger);
            successors = Arrays.copyOf(successors, larger * width);
            counts = Arrays.copyOf(counts, larger * width);
        }
        if ((size + 1) * 4L > slots.length * 3L) {
            slots = new int[slots.length * 2];
            for (int row = 0; row < size; row++) {
                insert(row);
            }
        }
        return size++;
    }

    private int recycled() {
        while (referenced[hand] != 0) {
            referenced[hand] = 0;
            hand = hand + 1 == size ? 0 : hand + 1;
        }
        int row = hand;
        hand = hand + 1 == size ? 0 : hand + 1;
        delete(row);
        return row;
    }

    private void insert(int row) {
        int mask = slots.length - 1;
        int slot = slotOf(tags[row]);
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = row + 1;
    }

    private void delete(int row) {
        int mask = slots.length - 1;
        int hole = slotOf(tags[row]);
        while (slots[hole] != row + 1) {
            hole = hole + 1 & mask;
        }
        for (int next = hole + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
            int home = slotOf(tags[slots[next] - 1]);
            if ((next - home & mask) >= (next - hole & mask)) {
                slots[hole] = slots[next];
                hole = next;
            }
        }
        slots[hole] = 0;
    }

    private static int tagOf(long context) {
        return (int) (context >>> 32) ^ (int) context;
    }

    private int slotOf(int tag) {
        return tag & slots.length - 1;
    }

    long bytes() {
        return 6L * tags.length + 5L * successors.length + 4L * slots.length;
    }
}
