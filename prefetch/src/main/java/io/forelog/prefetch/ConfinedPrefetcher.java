package io.forelog.prefetch;

import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * What {@link Prefetcher} does, for one thread: at once, in the caller, in the same order as there with an executor
 * that runs what it is given. Where a read is learnt from in a microsecond or two, the rings and the lock between
 * threads are a good part of it; a simulation has no use for them.
 */
public final class ConfinedPrefetcher {

    private static final FetchOutcome[] OUTCOMES = FetchOutcome.values();

    private final PrefetchTarget target;
    private final PrefetchCore core;
    /** What the core has yet to be told, since it was at work; at most as many as fetches are under way. */
    private final EventQueue done = new EventQueue();

    /** At most as many as a cache evicts within a read. */
    private final EventQueue unused = new EventQueue();

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
        done.add(key, outcome.ordinal());
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
        unused.add(key, 0);
        catchUp();
    }

    private void catchUp() {
        if (busy) {
            return;
        }
        busy = true;
        while (true) {
            if (!done.isEmpty()) {
                var outcome = OUTCOMES[done.kind()];
                core.done(done.remove(), outcome);
            } else if (!unused.isEmpty()) {
                core.unused(unused.remove());
            } else {
                break;
            }
        }
        busy = false;
    }

    /** As {@link Prefetcher#statistics}. */
    public PrefetchStatistics statistics() {
        return core.statistics(true, 0);
    }
}
