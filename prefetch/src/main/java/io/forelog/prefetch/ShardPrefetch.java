package io.forelog.prefetch;

import io.forelog.prefetch.PrefetchStatistics.Counts;
import io.forelog.prefetch.PrefetchStatistics.State;
import io.forelog.prefetch.model.Source;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.function.LongConsumer;

/** One shard's queue and counts. Confined to the prefetcher's thread. */
final class ShardPrefetch {

    private static final double WINDOW = 4096;

    final long shard;
    final PrefetchQueue queue;
    final FetchPace pace;
    final long[] issued = new long[Source.values().length];
    final long[] used = new long[Source.values().length];
    final long[] late = new long[Source.values().length];
    final long[] wasted = new long[Source.values().length];
    /** Whether it is among the shards whose queues are not empty. */
    boolean waiting;

    long reads;
    long predictions;
    private long sampledMisses;
    private long sampledShadowMisses;
    private double fetchesPerRead;

    ShardPrefetch(long shard, int queueMax, int inFlightMax, LongConsumer dropped) {
        this.shard = shard;
        queue = new PrefetchQueue(queueMax, dropped);
        pace = new FetchPace(inFlightMax);
    }

    void read() {
        reads++;
        pace.read();
        fetchesPerRead -= fetchesPerRead / WINDOW;
    }

    void issue(Source source) {
        issued[source.ordinal()]++;
        fetchesPerRead += 1 / WINDOW;
    }

    void sampled(boolean miss, boolean shadowMiss) {
        sampledMisses += miss ? 1 : 0;
        sampledShadowMisses += shadowMiss ? 1 : 0;
    }

    boolean isIdle() {
        return queue.size() == 0 && !waiting && pace.isIdle();
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
        double weight = reads + other.reads == 0 ? 0 : (double) other.reads / (reads + other.reads);
        fetchesPerRead += (other.fetchesPerRead - fetchesPerRead) * weight;
        reads += other.reads;
        predictions += other.predictions;
        sampledMisses += other.sampledMisses;
        sampledShadowMisses += other.sampledShadowMisses;
    }

    private static long sum(long[] counts) {
        return Arrays.stream(counts).sum();
    }
}
