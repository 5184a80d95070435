package io.forelog.prefetch;

import io.forelog.prefetch.PrefetchStatistics.Counts;
import io.forelog.prefetch.PrefetchStatistics.State;
import io.forelog.prefetch.model.Source;
import java.util.EnumMap;

/** One shard's queue and counts. Confined to the prefetcher's thread. */
final class ShardPrefetch {

    final long shard;
    final PrefetchQueue queue;
    final long[] issued = new long[Source.values().length];
    final long[] used = new long[Source.values().length];
    final long[] late = new long[Source.values().length];
    final long[] wasted = new long[Source.values().length];
    long reads;
    long predictions;
    long sampledReads;
    long sampledMisses;
    long sampledShadowMisses;
    double fetchesPerRead;

    ShardPrefetch(long shard, int queueMax) {
        this.shard = shard;
        queue = new PrefetchQueue(queueMax);
    }

    PrefetchStatistics.Shard statistics(State state, String reason) {
        var bySource = new EnumMap<Source, Counts>(Source.class);
        for (var source : Source.values()) {
            int i = source.ordinal();
            bySource.put(source, new Counts(issued[i], used[i], late[i], wasted[i]));
        }
        return new PrefetchStatistics.Shard(
                shard,
                reads,
                predictions,
                queue.size(),
                queue.stale(),
                new Counts(sum(issued), sum(used), sum(late), sum(wasted)),
                bySource,
                sampledShadowMisses == 0 ? 0 : 1 - (double) sampledMisses / sampledShadowMisses,
                fetchesPerRead,
                state,
                reason);
    }

    /** Adds another shard's counts to these. */
    void add(ShardPrefetch other) {
        for (int i = 0; i < issued.length; i++) {
            issued[i] += other.issued[i];
            used[i] += other.used[i];
            late[i] += other.late[i];
            wasted[i] += other.wasted[i];
        }
        reads += other.reads;
        predictions += other.predictions;
        sampledReads += other.sampledReads;
        sampledMisses += other.sampledMisses;
        sampledShadowMisses += other.sampledShadowMisses;
        fetchesPerRead = reads == 0 ? 0 : (double) sum(issued) / reads;
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
