package io.forelog.prefetch;

import io.forelog.prefetch.PrefetchStatistics.State;
import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Guesses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Learns from every read, guesses what follows, and fetches what is likely enough before it is asked for.
 *
 * <p>Threads: {@link #onRead} and {@link #onUnused} put an event into a ring and return, so that any number of event
 * loops may call them; they take no lock and allocate nothing. One task at a time on the executor takes the events
 * out and does the rest, in order. With a direct executor all happens in the caller, which is how a simulation runs
 * the very same code. When events come faster than they are learnt from, they are dropped and counted: a read is
 * never slowed down.
 */
public final class Prefetcher {

    private static final int READ = 8;
    private static final int UNUSED = 16;
    private static final int DONE = 32;
    private static final int BATCH = 256;
    private static final ReadOutcome[] OUTCOMES = ReadOutcome.values();
    private static final FetchOutcome[] FETCHES = FetchOutcome.values();
    private static final double THRESHOLD = 0.25;

    private final PrefetchConfig config;
    private final PrefetchTarget target;
    private final LongSupplier clock;
    private final Executor executor;
    private final LongUnaryOperator shardOf;
    private final EventRing ring;
    private final EventRing completions;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean fetching = true;

    // Guarded by "this", which the draining task holds for a batch at a time.
    private final AccessModel model;
    private final Guesses guesses = new Guesses();
    private final Scoreboard scoreboard;
    private final Sandbox sandbox;
    private final Outstanding outstanding = new Outstanding();
    private final ShadowLru shadow = new ShadowLru();
    private final Map<Long, ShardPrefetch> shards = new HashMap<>();
    private long tick;
    private int inFlight;
    private double latency;
    private boolean latencyKnown;

    /**
     * @param clock of nanoseconds, or of any other unit: only differences count
     * @param executor runs the learning and starts the fetches, one task at a time
     * @param shardOf the shard of a key, as {@link ModelKey#logAndShard} tells it
     */
    public Prefetcher(
            PrefetchConfig config,
            PrefetchTarget target,
            LongSupplier clock,
            Executor executor,
            LongUnaryOperator shardOf) {
        this.config = config;
        this.target = target;
        this.clock = clock;
        this.executor = executor;
        this.shardOf = shardOf;
        ring = new EventRing(config.eventsMax());
        completions = new EventRing(config.inFlightMax() * 2);
        model = new AccessModel(config.sources(), config.modelBytesMax());
        scoreboard = new Scoreboard(model.cells());
        sandbox = new Sandbox(scoreboard, 1 << 12);
        shadow.resize(target.capacityEntries());
    }

    /**
     * Learns from a read that was answered. Any thread; returns at once.
     *
     * @param reader who read; any number
     * @param key what was read, or {@link ModelKey#NONE}, which is ignored
     */
    public void onRead(long reader, long key, ReadOutcome outcome) {
        if (key == ModelKey.NONE) {
            return;
        }
        if (!ring.offer(READ + outcome.ordinal(), reader, key)) {
            dropped.increment();
        }
        schedule();
    }

    /** Learns that a prefetched entry was evicted without a hit. Any thread; returns at once. */
    public void onUnused(long key) {
        if (!ring.offer(UNUSED, 0, key)) {
            dropped.increment();
        }
        schedule();
    }

    /** Switches fetching on or off; learning goes on. Any thread. */
    public void fetching(boolean on) {
        fetching = on;
    }

    /** Returns whether fetching is switched on. */
    public boolean isFetching() {
        return fetching;
    }

    private void onDone(long key, FetchOutcome outcome) {
        // Cannot be full: it has room for twice the fetches under way.
        completions.offer(DONE + outcome.ordinal(), 0, key);
        schedule();
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        do {
            int handled;
            do {
                handled = drainBatch();
            } while (handled == BATCH);
            scheduled.set(false);
            // An event that came after the last poll, and saw the task still scheduled, is taken by this one.
        } while (!(ring.isEmpty() && completions.isEmpty()) && scheduled.compareAndSet(false, true));
    }

    private synchronized int drainBatch() {
        int handled = 0;
        while (handled < BATCH && (completions.poll(this::handle) || ring.poll(this::handle))) {
            handled++;
        }
        return handled;
    }

    private void handle(int kind, long reader, long key) {
        if (kind >= DONE) {
            handleDone(key, FETCHES[kind - DONE]);
        } else if (kind >= UNUSED) {
            handleUnused(key);
        } else {
            handleRead(reader, key, OUTCOMES[kind - READ]);
        }
    }

    private ShardPrefetch shard(long key) {
        return shards.computeIfAbsent(shardOf.applyAsLong(key), id -> new ShardPrefetch(id, config.queueMax()));
    }

    private void handleRead(long reader, long key, ReadOutcome outcome) {
        tick++;
        var shard = shard(key);
        shard.reads++;
        shard.fetchesPerRead *= 0.9999;
        settle(shard, key, outcome);
        if (shadow.sampled(key)) {
            shard.sampledReads++;
            shard.sampledMisses += outcome == ReadOutcome.MISS || outcome == ReadOutcome.JOINED ? 1 : 0;
            shard.sampledShadowMisses += shadow.read(key) ? 0 : 1;
        }
        long now = clock.getAsLong();
        model.onRead(reader, key, now, latency, guesses);
        judge(now);
        fetch(now);
    }

    /** Tells what the read says about earlier guesses of its key. */
    private void settle(ShardPrefetch shard, long key, ReadOutcome outcome) {
        sandbox.read(key, tick);
        shard.queue.remove(key);
        int slot = outstanding.find(key);
        if (slot < 0) {
            return;
        }
        int source = model.source(outstanding.cell(slot)).ordinal();
        if (outstanding.arrived(slot)) {
            if (outcome == ReadOutcome.PREFETCHED_HIT) {
                shard.used[source]++;
            } else {
                shard.wasted[source]++;
            }
            outstanding.removeAt(slot);
        } else if (outcome == ReadOutcome.MISS || outcome == ReadOutcome.JOINED) {
            shard.late[source]++;
        }
    }

    private void judge(long now) {
        for (int i = 0; i < guesses.size(); i++) {
            long key = guesses.key(i);
            int cell = guesses.cell(i);
            double score = scoreboard.score(cell);
            if (outstanding.find(key) >= 0) {
                continue;
            }
            if (target.present(key)) {
                continue;
            }
            sandbox.await(key, cell, tick + Math.round(latency));
            if (score >= THRESHOLD) {
                var shard = shard(key);
                shard.predictions++;
                shard.queue.offer(key, (float) score, cell, now);
            }
        }
    }

    private void fetch(long now) {
        if (!fetching) {
            return;
        }
        while (inFlight < config.inFlightMax()) {
            ShardPrefetch best = null;
            for (var shard : shards.values()) {
                if (shard.queue.size() > 0
                        && (best == null || shard.queue.bestScore() > best.queue.bestScore())) {
                    best = shard;
                }
            }
            if (best == null) {
                return;
            }
            long key = best.queue.bestKey();
            int cell = best.queue.bestTag();
            best.queue.removeBest();
            if (outstanding.find(key) < 0 && !target.present(key)) {
                issue(best, key, cell, now);
            }
        }
    }

    private void issue(ShardPrefetch shard, long key, int cell, long now) {
        outstanding.add(key, cell, now);
        inFlight++;
        shard.issued[model.source(cell).ordinal()]++;
        shard.fetchesPerRead += 0.0001;
        target.fetch(key, outcome -> onDone(key, outcome));
    }

    private void handleDone(long key, FetchOutcome outcome) {
        inFlight--;
        int slot = outstanding.find(key);
        if (slot < 0) {
            return;
        }
        if (outcome == FetchOutcome.FETCHED || outcome == FetchOutcome.PRESENT) {
            double took = clock.getAsLong() - outstanding.time(slot);
            latency = latencyKnown ? latency + (took - latency) / 16 : took;
            latencyKnown = true;
        }
        if (outcome == FetchOutcome.FETCHED) {
            outstanding.arrive(slot);
        } else {
            outstanding.removeAt(slot);
        }
    }

    private void handleUnused(long key) {
        int slot = outstanding.find(key);
        if (slot >= 0 && outstanding.arrived(slot)) {
            shard(key).wasted[model.source(outstanding.cell(slot)).ordinal()]++;
            outstanding.removeAt(slot);
        }
        sandbox.failed(key);
    }

    /** Returns what became of the prefetches. Any thread; waits at most for a batch of events to be learnt from. */
    public synchronized PrefetchStatistics statistics() {
        List<PrefetchStatistics.Shard> each = new ArrayList<>();
        var total = new ShardPrefetch(-1, 1);
        var state = fetching ? State.ON : State.OFF;
        for (var shard : shards.values()) {
            each.add(shard.statistics(state, fetching ? "" : "switched off"));
            total.add(shard);
        }
        return new PrefetchStatistics(
                each,
                total.statistics(state, fetching ? "" : "switched off"),
                modelBytes(),
                model.trackedKeys(),
                model.readers(),
                dropped.sum(),
                inFlight,
                THRESHOLD,
                Math.round(latency));
    }

    private long modelBytes() {
        return model.bytes() + scoreboard.bytes() + sandbox.bytes() + outstanding.bytes() + shadow.bytes();
    }
}
