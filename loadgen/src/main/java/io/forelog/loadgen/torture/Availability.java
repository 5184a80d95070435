package io.forelog.loadgen.torture;

import io.forelog.record.RecordAddress;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * In which seconds each shard took an append: a bit for each. A shard counts from its first append on, one that was
 * sealed until its last. Safe for use by any thread.
 */
final class Availability {

    private static final long SECOND = 1_000_000_000;

    private final LongSupplier nanoTime;
    private final long beganNanos;
    private final Map<Integer, BitSet> seconds = new TreeMap<>();
    private int endedAt = Integer.MAX_VALUE;

    Availability(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
    }

    synchronized void appended(List<RecordAddress> addresses) {
        int now = now();
        if (now > endedAt) {
            return;
        }
        addresses.forEach(address ->
                seconds.computeIfAbsent(address.shard(), unseen -> new BitSet()).set(now));
    }

    private int now() {
        return Math.toIntExact((nanoTime.getAsLong() - beganNanos) / SECOND);
    }

    /** Counts nothing from here on. */
    synchronized void end() {
        endedAt = now();
    }

    /**
     * Returns the share of seconds with an append, of each shard, from 0 to 1.
     *
     * @param open the shards that should have taken appends until the end
     */
    synchronized Map<Integer, Double> shares(Collection<Integer> open) {
        var shares = new TreeMap<Integer, Double>();
        seconds.forEach((shard, taken) -> {
            // The second in which it ended counts only if it has an append.
            int end = open.contains(shard) ? Math.max(taken.length(), endedAt) : taken.length();
            shares.put(shard, (double) taken.cardinality() / (end - taken.nextSetBit(0)));
        });
        return shares;
    }
}
