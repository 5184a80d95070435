package io.forelog.cache.local;

import java.util.Arrays;

/**
 * What {@link Segments} would do with a sample of the keys, all of one weight and none prefetched: the same three lists
 * and the same choices, of hashes instead of entries. Flat arrays: a read allocates nothing.
 */
final class SampleCache {

    private static final int WINDOW = 0;
    private static final int PROBATION = 1;
    private static final int GUARDED = 2;
    private static final int LISTS = 3;
    private static final int NONE = -1;

    private final FrequencySketch sketch;
    private final double windowShare;
    private int entriesMax;
    /** Places for entries; the first {@value #LISTS} are the heads of the lists: a list is a ring through its head. */
    private int[] hashes;

    private int[] newer;
    private int[] older;
    private byte[] lists;
    /** Places by hash, {@link #WINDOW}, which is no entry's, where free; linear probing. */
    private int[] slots;

    private final int[] sizes = new int[LISTS];
    private int used = LISTS;
    /** A place that an entry left, or {@link #NONE}; {@link #newer} leads to the next. */
    private int free = NONE;

    /** @param windowShare as {@link Segments#windowShare(double)} has it */
    SampleCache(FrequencySketch sketch, double windowShare) {
        this.sketch = sketch;
        this.windowShare = windowShare;
        entriesMax = 1;
        hashes = new int[LISTS + 2];
        newer = new int[hashes.length];
        older = new int[hashes.length];
        lists = new byte[hashes.length];
        slots = new int[16];
        for (int list = 0; list < LISTS; list++) {
            newer[list] = list;
            older[list] = list;
        }
    }

    /** Changes how many entries it holds; those there leave as room is needed. */
    void entriesMax(int entries) {
        entriesMax = entries;
        int places = LISTS + entries + 1;
        if (places > hashes.length) {
            hashes = Arrays.copyOf(hashes, places);
            newer = Arrays.copyOf(newer, places);
            older = Arrays.copyOf(older, places);
            lists = Arrays.copyOf(lists, places);
            slots = new int[Integer.highestOneBit(places) * 4];
            for (int place = LISTS; place < used; place++) {
                if (lists[place] != NONE) {
                    insert(place);
                }
            }
        }
    }

    /** Reads a key of a well mixed hash, and returns whether it was a hit. */
    boolean read(int hash) {
        int place = find(hash);
        if (place != NONE) {
            use(place);
            return true;
        }
        add(hash);
        while (sizes[WINDOW] + sizes[PROBATION] + sizes[GUARDED] > entriesMax) {
            remove(victim());
        }
        return false;
    }

    private void use(int place) {
        boolean stays = windowShare >= 1 || lists[place] == WINDOW;
        unlink(place);
        link(place, stays ? WINDOW : GUARDED);
        if (!stays) {
            int guardedMax = (int) ((long) (entriesMax * (1 - windowShare)) * Segments.PROTECTED_SHARE);
            while (sizes[GUARDED] > guardedMax && sizes[GUARDED] > 1) {
                move(oldest(GUARDED), PROBATION);
            }
        }
    }

    private int victim() {
        int windowMax = windowShare >= 1 ? Integer.MAX_VALUE : Math.max(1, (int) (entriesMax * windowShare));
        while (sizes[WINDOW] > windowMax) {
            int candidate = oldest(WINDOW);
            int main = oldestOfMain();
            boolean room = sizes[PROBATION] + sizes[GUARDED] + 1 <= entriesMax - windowMax;
            boolean contend = main >= LISTS && !room;
            if (contend && sketch.frequency(hashes[candidate]) <= sketch.frequency(hashes[main])) {
                return candidate;
            }
            move(candidate, PROBATION);
            if (contend) {
                return main;
            }
        }
        int main = oldestOfMain();
        return main >= LISTS ? main : oldest(WINDOW);
    }

    /** Returns a head if there is none. */
    private int oldestOfMain() {
        return oldest(sizes[PROBATION] > 0 ? PROBATION : GUARDED);
    }

    private int oldest(int list) {
        return newer[list];
    }

    private void add(int hash) {
        int place = free;
        if (place == NONE) {
            place = used++;
        } else {
            free = newer[place];
        }
        hashes[place] = hash;
        insert(place);
        link(place, WINDOW);
    }

    private void remove(int place) {
        unlink(place);
        deleteSlot(place);
        lists[place] = NONE;
        newer[place] = free;
        free = place;
    }

    private void move(int place, int list) {
        unlink(place);
        link(place, list);
    }

    private void link(int place, int list) {
        int newest = older[list];
        older[place] = newest;
        newer[place] = list;
        newer[newest] = place;
        older[list] = place;
        lists[place] = (byte) list;
        sizes[list]++;
    }

    private void unlink(int place) {
        newer[older[place]] = newer[place];
        older[newer[place]] = older[place];
        sizes[lists[place]]--;
    }

    private int find(int hash) {
        int mask = slots.length - 1;
        for (int slot = hash & mask; slots[slot] >= LISTS; slot = slot + 1 & mask) {
            if (hashes[slots[slot]] == hash) {
                return slots[slot];
            }
        }
        return NONE;
    }

    private void insert(int place) {
        int mask = slots.length - 1;
        int slot = hashes[place] & mask;
        while (slots[slot] >= LISTS) {
            slot = slot + 1 & mask;
        }
        slots[slot] = place;
    }

    private void deleteSlot(int place) {
        int mask = slots.length - 1;
        int hole = hashes[place] & mask;
        while (slots[hole] != place) {
            hole = hole + 1 & mask;
        }
        for (int slot = hole + 1 & mask; slots[slot] >= LISTS; slot = slot + 1 & mask) {
            if ((slot - hashes[slots[slot]] & mask) >= (slot - hole & mask)) {
                slots[hole] = slots[slot];
                hole = slot;
            }
        }
        slots[hole] = WINDOW;
    }
}
