package io.forelog.prefetch;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * What {@link Prefetcher} does, for one thread: at once, in the caller, in the same order as there with an executor that
 * runs what it is given. Where a read is learnt from in a microsecond or two, the rings and the lock between threads are
 * a good part of it; a simulation has no use for them.
 */
public final class ConfinedPrefetcher {

    private record Done(long key, FetchOutcome outcome) {}

    private final PrefetchTarget target;
    private final PrefetchCore core;
    /** What the core has yet to be told, since it was at work; at most as many as fetches are under way. */
    private final Queue<Done> done = new ArrayDeque<>();

    /** At most as many as a cache evicts within a read. */
    private final Queue<Long> unused = new ArrayDeque<>();

    private boolean busy;

    /**
     * @param clock of any unit: only differences count
     * @param calendar tells milliseconds since some midnight
     * @param shardOf the shard of a key
     */
    public ConfinedPrefetcher(
            PrefetchConfig config,
            PrefetchTarget target,
            LongSupplier clock,
            LongSupplier calendar,
            LongUnaryOperator shardOf) {
        this.target = target;
        core = new PrefetchCore(config, target, clock, calendar, shardOf, this::start);
    }

    private void start(long key) {
        target.fetch(key, outcome -> onDone(key, outcome));
    }

    private void onDone(long key, FetchOutcome outcome) {
        done.add(new Done(key, outcome));
        catchUp();
    }

    /** As {@link Prefetcher#onRead}; when it returns, what follows from the read has been done. */
    public void onRead(long reader, long key, ReadOutcome outcome) {
        busy = true;
        core.read(reader, key, outcome, true);
        busy = false;
        catchUp();
    }

    /** As {@link Prefetcher#onUnused}. */
    public void onUnused(long key) {
        unused.add(key);
        catchUp();
    }

    private void catchUp() {
        if (busy) {
            return;
        }
        busy = true;
        while (!(done.isEmpty() && unused.isEmpty())) {
            var fetch = done.poll();
            if (fetch != null) {
                core.done(fetch.key(), fetch.outcome());
            } else {
                core.unused(unused.remove());
            }
        }
        busy = false;
    }

    /** As {@link Prefetcher#statistics}. */
    public PrefetchStatistics statistics() {
        return core.statistics(true, 0);
    }
}
