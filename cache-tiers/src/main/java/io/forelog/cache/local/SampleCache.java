package io.forelog.cache.local;

import java.util.Arrays;

/**
 * What {@link Segments} would do with a sample of the keys, all of one weight and none prefetched: the same three lists
 * and the same choices, of places in an index instead of entries. Flat arrays: a read allocates nothing.
 */
final class SampleCache {

    private static final int WINDOW = 0;
    private static final int PROBATION = 1;
    private static final int GUARDED = 2;
    private static final int LISTS = 3;
    /** Of places that are in no list. */
    private static final byte OUT = LISTS;

    private final SampleIndex index;
    private final FrequencySketch sketch;
    private final double windowShare;
    private int entriesMax;
    private int windowMax;
    private int mainMax;
    private int guardedMax;
    /** By place; the first {@value #LISTS} are the heads of the lists: a list is a ring through its head. */
    private short[] newer = new short[SampleIndex.FIRST];

    private short[] older = new short[SampleIndex.FIRST];
    private byte[] lists = new byte[SampleIndex.FIRST];
    private final int[] sizes = new int[LISTS];

    /** @param windowShare as {@link Segments#windowShare(double)} has it */
    SampleCache(SampleIndex index, FrequencySketch sketch, double windowShare) {
        this.index = index;
        this.sketch = sketch;
        this.windowShare = windowShare;
        for (int list = 0; list < LISTS; list++) {
            newer[list] = (short) list;
            older[list] = (short) list;
        }
        entriesMax(1);
    }

    /** Changes how many entries it holds, at most 4,096; those there leave as room is needed. */
    void entriesMax(int entries) {
        entriesMax = entries;
        windowMax = windowShare >= 1 ? Integer.MAX_VALUE : Math.max(1, (int) (entries * windowShare));
        mainMax = entries - windowMax;
        guardedMax = (int) ((long) (entries * (1 - windowShare)) * Segments.PROTECTED_SHARE);
    }

    /** Reads the key of a place that its caller holds, and returns whether it was a hit. */
    boolean read(int place) {
        if (place >= lists.length) {
            grow();
        }
        if (lists[place] != OUT) {
            use(place);
            return true;
        }
        index.hold(place);
        link(place, WINDOW);
        while (sizes[WINDOW] + sizes[PROBATION] + sizes[GUARDED] > entriesMax) {
            int victim = victim();
            unlink(victim);
            lists[victim] = OUT;
            index.leave(victim);
        }
        return false;
    }

    private void grow() {
        int places = lists.length;
        int larger = Math.max(index.places(), places * 2);
        newer = Arrays.copyOf(newer, larger);
        older = Arrays.copyOf(older, larger);
        lists = Arrays.copyOf(lists, larger);
        Arrays.fill(lists, places, larger, OUT);
    }

    private void use(int place) {
        boolean stays = windowShare >= 1 || lists[place] == WINDOW;
        move(place, stays ? WINDOW : GUARDED);
        if (!stays) {
            while (sizes[GUARDED] > guardedMax && sizes[GUARDED] > 1) {
                move(oldest(GUARDED), PROBATION);
            }
        }
    }

    private int victim() {
        while (sizes[WINDOW] > windowMax) {
            int candidate = oldest(WINDOW);
            int main = oldestOfMain();
            boolean room = sizes[PROBATION] + sizes[GUARDED] + 1 <= mainMax;
            boolean contend = main >= LISTS && !room;
            if (contend && sketch.least(index.mixed(candidate)) <= sketch.least(index.mixed(main))) {
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

    private void move(int place, int list) {
        unlink(place);
        link(place, list);
    }

    private void link(int place, int list) {
        short newest = older[list];
        older[place] = newest;
        newer[place] = (short) list;
        newer[newest] = (short) place;
        older[list] = (short) place;
        lists[place] = (byte) list;
        sizes[list]++;
    }

    private void unlink(int place) {
        newer[older[place]] = newer[place];
        older[newer[place]] = older[place];
        sizes[lists[place]]--;
    }
}
