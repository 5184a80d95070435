package io.forelog.loadgen.simulate;

import io.forelog.cache.local.LocalCacheConfig;
import io.forelog.cache.local.LocalCacheConfig.Policy;
import io.forelog.cache.local.LocalCacheCore;
import io.forelog.loadgen.trace.Trace;
import io.forelog.prefetch.ConfinedPrefetcher;
import io.forelog.prefetch.FetchOutcome;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.PrefetchStatistics;
import io.forelog.prefetch.PrefetchTarget;
import io.forelog.prefetch.ReadOutcome;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs a trace through the node's local cache and prefetcher. Time is the number of the read; a prefetch issued
 * after read {@code i} can be hit from read {@code i + lag + 1} on. Everything happens in the calling thread.
 */
public final class Simulation implements PrefetchTarget {

    /**
     * What to simulate.
     *
     * @param capacity entries as a share of distinct keys
     * @param lag reads between a prefetch's issue and its arrival
     * @param prefetch whether anything is prefetched
     */
    public record Setting(double capacity, int lag, boolean prefetch, Policy policy, PrefetchConfig config) {}

    /** A key of the trace: an entry's, or one that is set to look with, so that to ask the cache allocates nothing. */
    private static final class Key {

        private long number;

        Key(long number) {
            this.number = number;
        }

        Key of(long number) {
            this.number = number;
            return this;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.number == number;
        }
    }

    private record Arrival(long due, long key, Consumer<FetchOutcome> done) {}

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Trace trace;
    private final Setting setting;
    private final int entriesMax;
    private final long lruMisses;
    private final LocalCacheCore<Key, Boolean> cache;
    private final Key sought = new Key(0);
    private final ConfinedPrefetcher prefetcher;
    private final Queue<Arrival> arrivals = new ArrayDeque<>();
    private long now;
    private long issued;
    private long late;
    private final Set<Long> flying = new HashSet<>();

    public Simulation(Trace trace, Setting setting) {
        this.trace = trace;
        this.setting = setting;
        int[] numbers = trace.numbers();
        int distinct = Arrays.stream(numbers).max().orElse(-1) + 1;
        entriesMax = entries(distinct, setting.capacity());
        lruMisses = LruReference.misses(numbers, distinct, entriesMax);
        var defaults = LocalCacheConfig.ofBytes(entriesMax);
        double share = setting.prefetch() ? defaults.prefetchShareMax() : 0;
        cache = new LocalCacheCore<>(new LocalCacheConfig(entriesMax, setting.policy(), share), value -> 1);
        prefetcher =
                new ConfinedPrefetcher(setting.config(), this, () -> now, () -> trace.times()[(int) now], key -> 0);
    }

    /** Returns how many entries a capacity is, given how many different keys a trace has. */
    static int entries(int distinctKeys, double capacity) {
        return Math.max(2, (int) Math.round(capacity * distinctKeys));
    }

    private void tellUnused() {
        var unused = cache.takeUnused();
        for (int i = 0; i < unused.size(); i++) {
            prefetcher.onUnused(unused.get(i).number);
        }
    }

    /** Runs the whole trace once. */
    public SimulationResult run() {
        long used = 0;
        long hits = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < trace.size(); i++) {
            now = i;
            deliver();
            long key = trace.keys()[i];
            var entry = cache.get(sought.of(key));
            ReadOutcome outcome;
            if (entry == null) {
                outcome = !flying.isEmpty() && flying.contains(key) ? ReadOutcome.JOINED : ReadOutcome.MISS;
                late += outcome == ReadOutcome.JOINED ? 1 : 0;
                cache.put(new Key(key), Boolean.TRUE);
                tellUnused();
            } else {
                hits++;
                used += entry.prefetched() ? 1 : 0;
                outcome = entry.prefetched() ? ReadOutcome.PREFETCHED_HIT : ReadOutcome.HIT;
            }
            if (setting.prefetch()) {
                prefetcher.onRead(trace.clients()[i], key, outcome);
            }
        }
        double nanos = THREADS.getCurrentThreadCpuTime() - start;
        long requests = trace.size();
        double hitRatio = (double) hits / requests;
        return new SimulationResult(
                trace.name(),
                setting.capacity(),
                setting.lag(),
                trace.size(),
                hitRatio,
                1 - (double) lruMisses / requests,
                lruMisses == 0 ? 0 : (double) (lruMisses - (requests - hits)) / lruMisses,
                issued == 0 ? 0 : (double) used / issued,
                (double) (issued - used) / requests,
                (double) late / requests,
                nanos / requests,
                setting.prefetch() ? prefetcher.statistics().modelBytes() : 0);
    }

    /** Returns what the prefetcher counted. */
    public PrefetchStatistics statistics() {
        return prefetcher.statistics();
    }

    private void deliver() {
        while (!arrivals.isEmpty() && arrivals.peek().due() <= now) {
            var arrival = arrivals.remove();
            flying.remove(arrival.key());
            arrive(arrival.key(), arrival.done());
        }
    }

    private void arrive(long key, Consumer<FetchOutcome> done) {
        boolean arrived = cache.putPrefetched(new Key(key), Boolean.TRUE);
        tellUnused();
        done.accept(arrived ? FetchOutcome.FETCHED : FetchOutcome.PRESENT);
    }

    @Override
    public boolean present(long key) {
        return cache.contains(sought.of(key));
    }

    @Override
    public boolean expected(long key) {
        return cache.touch(sought.of(key));
    }

    @Override
    public void fetch(long key, Consumer<FetchOutcome> done) {
        issued++;
        if (setting.lag() == 0) {
            arrive(key, done);
        } else {
            flying.add(key);
            arrivals.add(new Arrival(now + setting.lag() + 1, key, done));
        }
    }

    @Override
    public long capacityEntries() {
        return entriesMax;
    }
}
