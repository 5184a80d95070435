package io.forelog.prefetch;

import java.util.Arrays;

/**
 * What a cache without prefetching would have of a sample of the keys: LRU, or W-TinyLFU (Einziger, Friedman and Manes,
 * ACM TOS 2017) with a window of a tenth. Of entries it knows only 32 bits of a hash. Flat arrays: a read touches a few
 * lines of the processor's cache and allocates nothing.
 */
final class ShadowCache {

    private static final int WINDOW = 0;
    private static final int PROBATION = 1;
    private static final int PROTECTED = 2;
    private static final int LISTS = 3;
    private static final int FREQUENCY_MAX = 15;
    private static final int FREQUENCY_PERIOD = 10;
    private static final int FREQUENCIES_PER_ENTRY = 8;
    private static final int NONE = -1;

    private final int capacity;
    private final int windowMax;
    private final int protectedMax;
    private final int[] tags;
    private final byte[] listOf;
    /** Entries, and behind them the heads of the lists; a list is a ring through its head. */
    private final short[] newer;

    private final short[] older;
    private final short[] slots;
    private final int[] sizes = new int[LISTS];
    private final byte[] frequencies;
    private int entries;
    private int additions;

    /** @param capacity how many entries it holds, at most 16,000 */
    ShadowCache(int capacity, boolean tinyLfu) {
        this.capacity = capacity;
        windowMax = tinyLfu ? Math.max(1, capacity / 10) : capacity;
        protectedMax = (capacity - windowMax) * 4 / 5;
        tags = new int[capacity];
        listOf = new byte[capacity];
        newer = new short[capacity + LISTS];
        older = new short[capacity + LISTS];
        for (int list = 0; list < LISTS; list++) {
            newer[capacity + list] = (short) (capacity + list);
            older[capacity + list] = (short) (capacity + list);
        }
        slots = new short[Integer.highestOneBit(capacity) * 4];
        Arrays.fill(slots, (short) NONE);
        frequencies = new byte[tinyLfu ? Integer.highestOneBit(capacity) * 2 * FREQUENCIES_PER_ENTRY : 0];
    }

    /** Reads the key of a well mixed hash, and returns whether it would have been a hit. */
    boolean read(int tag) {
        if (frequencies.length > 0) {
            count(tag);
        }
        int entry = find(tag);
        if (entry != NONE) {
            use(entry);
            return true;
        }
        add(entries < capacity ? entries++ : evicted(), tag);
        return false;
    }

    private void use(int entry) {
        int list = listOf[entry];
        unlink(entry);
        link(entry, list == PROBATION ? PROTECTED : list);
        if (sizes[PROTECTED] > protectedMax && protectedMax > 0) {
            int oldest = oldest(PROTECTED);
            unlink(oldest);
            link(oldest, PROBATION);
        }
    }

    private void add(int entry, int tag) {
        tags[entry] = tag;
        int mask = slots.length - 1;
        int slot = tag & mask;
        while (slots[slot] != NONE) {
            slot = slot + 1 & mask;
        }
        slots[slot] = (short) entry;
        link(entry, WINDOW);
        if (sizes[WINDOW] > windowMax) {
            int oldest = oldest(WINDOW);
            unlink(oldest);
            link(oldest, PROBATION);
        }
    }

    /** Makes room for one: what leaves the window contends with the main area's oldest. */
    private int evicted() {
        int main = oldest(sizes[PROBATION] > 0 ? PROBATION : PROTECTED);
        int candidate = oldest(WINDOW);
        boolean admit = main < capacity && frequency(tags[candidate]) > frequency(tags[main]);
        int victim = admit ? main : candidate;
        unlink(victim);
        deleteSlot(victim);
        return victim;
    }

    private int oldest(int list) {
        return newer[capacity + list];
    }

    private void link(int entry, int list) {
        int head = capacity + list;
        int last = older[head];
        older[entry] = (short) last;
        newer[entry] = (short) head;
        newer[last] = (short) entry;
        older[head] = (short) entry;
        listOf[entry] = (byte) list;
        sizes[list]++;
    }

    private void unlink(int entry) {
        newer[older[entry]] = newer[entry];
        older[newer[entry]] = older[entry];
        sizes[listOf[entry]]--;
    }

    private int find(int tag) {
        int mask = slots.length - 1;
        for (int slot = tag & mask; slots[slot] != NONE; slot = slot + 1 & mask) {
            if (tags[slots[slot]] == tag) {
                return slots[slot];
            }
        }
        return NONE;
    }

    private void deleteSlot(int entry) {
        int mask = slots.length - 1;
        int hole = tags[entry] & mask;
        while (slots[hole] != entry) {
            hole = hole + 1 & mask;
        }
        for (int slot = hole + 1 & mask; slots[slot] != NONE; slot = slot + 1 & mask) {
            if ((slot - tags[slots[slot]] & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = NONE;
    }

    private void count(int tag) {
        int first = first(tag);
        int second = second(tag);
        int least = Math.min(frequencies[first], frequencies[second]);
        if (least == FREQUENCY_MAX) {
            return;
        }
        frequencies[first] += (byte) (frequencies[first] == least ? 1 : 0);
        if (second != first) {
            frequencies[second] += (byte) (frequencies[second] == least ? 1 : 0);
        }
        if (++additions >= FREQUENCY_PERIOD * capacity) {
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= 2;
            }
            additions /= 2;
        }
    }

    private int frequency(int tag) {
        return frequencies.length == 0 ? 0 : Math.min(frequencies[first(tag)], frequencies[second(tag)]);
    }

    private int first(int tag) {
        return tag * 0x9e3779b1 >>> Integer.numberOfLeadingZeros(frequencies.length - 1);
    }

    private int second(int tag) {
        return tag * 0x85ebca6b >>> Integer.numberOfLeadingZeros(frequencies.length - 1);
    }

    long bytes() {
        return 5L * capacity + 2L * (newer.length + older.length + slots.length) + frequencies.length;
    }
}
