package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which records the global tier is worth: those that are read in several regions. The node that holds a shard sees
 * each region's reads of it (a region that has the record in its own tier does not ask), so it is the one to decide.
 *
 * <p>One word for each of a fixed number of slots: a fingerprint of the record, the regions that asked for it, how
 * often, and when. A record that meets another's slot wears that one's count down and takes the slot at zero, as in
 * the majority algorithm (Boyer and Moore), so that frequent ones stay. Safe for use by any thread.
 */
final class GlobalAdmission {

    static final int SLOTS = 1 << 16;
    static final int REGIONS_MAX = 16;
    static final int READS_MIN = 3;
    private static final int COUNT_MAX = 0xff;
    private static final long STALE_PERIODS = 2;

    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
    private final ConcurrentHashMap<String, Integer> regions = new ConcurrentHashMap<>();
    private final long periodNanos;

    /**
     * @param periodNanos reads longer apart than two of these do not add up
     */
    GlobalAdmission(long periodNanos) {
        this.periodNanos = periodNanos;
    }

    /** Counts a read of the shard by {@code region}; returns whether the record is now worth the global tier. */
    boolean read(GlobalAddress address, String region, long nowNanos) {
        long hash = hash(address);
        int slot = (int) (hash & (SLOTS - 1));
        long fingerprint = hash >>> 32;
        long period = (nowNanos / periodNanos) & 0xff;
        int bit = 1 << regionIndex(region);
        long next = slots.updateAndGet(slot, word -> step(word, fingerprint, period, bit));
        return next >>> 32 == fingerprint && Integer.bitCount(mask(next)) > 1 && count(next) >= READS_MIN;
    }

    private int regionIndex(String region) {
        var index = regions.get(region);
        if (index != null) {
            return index;
        }
        // Beyond the bound, regions share a bit: two of them then look like one, which only admits less.
        synchronized (regions) {
            return regions.size() < REGIONS_MAX
                    ? regions.computeIfAbsent(region, unseen -> regions.size())
                    : Math.floorMod(region.hashCode(), REGIONS_MAX);
        }
    }

    private static long step(long word, long fingerprint, long period, int bit) {
        boolean stale = ((period - (word & 0xff)) & 0xff) > STALE_PERIODS;
        if (word >>> 32 == fingerprint && !stale) {
            return word(fingerprint, mask(word) | bit, Math.min(COUNT_MAX, count(word) + 1), period);
        }
        if (stale || count(word) <= 1) {
            return word(fingerprint, bit, 1, period);
        }
        return word(word >>> 32, mask(word), count(word) - 1, word & 0xff);
    }

    /** Fingerprint 32 bits, regions 16, count 8, period 8. */
    private static long word(long fingerprint, int mask, int count, long period) {
        return fingerprint << 32 | (long) mask << 16 | (long) count << 8 | period;
    }

    private static int mask(long word) {
        return (int) (word >>> 16) & 0xffff;
    }

    private static int count(long word) {
        return (int) (word >>> 8) & 0xff;
    }

    /** The finalizer of SplitMix64 over the three parts: neighbours must not share a slot. */
    private static long hash(GlobalAddress address) {
        long z = address.log() * 0x9e3779b97f4a7c15L + address.shard();
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L + address.offset();
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
