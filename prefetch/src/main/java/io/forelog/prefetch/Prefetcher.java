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
    private static final double THRESHOLD = Double.parseDouble(System.getProperty("th","0.08"));

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
    private final GuessFilter filter;
    private final short[] features = new short[GuessFilter.FEATURES];
    private double offset;
    private final MergedGuesses merged = new MergedGuesses();
    private final Trials trials = new Trials();
    private final SandboxRing ring2 = new SandboxRing(1 << 13);
    static final double TOUCH = Double.parseDouble(System.getProperty("touch", "0.1"));
    private double horizon = 256;
    private double threshold = 0.3;
    private double spent;
    private double missRate = 0.5;
    static final double BETA = Double.parseDouble(System.getProperty("beta", "0.35"));
    static final double GAIN = Double.parseDouble(System.getProperty("gain", "0.0005"));
    private double latencyTicks;
    private static final int SOURCES = io.forelog.prefetch.model.Source.values().length;
    private static final double CONSIDER = 0.02;
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
        filter = new GuessFilter(model.cells() + 4096);
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
            boolean hit = shadow.read(key);
            shard.sampledShadowMisses += hit ? 0 : 1;
            missRate += ((hit ? 0 : 1) - missRate) / 512;
        }
        spent -= spent / 2048;
        threshold = Math.clamp(threshold * (1 + GAIN * Math.clamp(spent / (BETA * missRate + 1e-6) - 1, -1, 2)), THRESHOLD, 0.95);
        long now = clock.getAsLong();
        model.onRead(reader, key, now, latency, guesses);
        judge(now);
    }

    /** Tells what the read says about earlier guesses of its key. */
    private void settle(ShardPrefetch shard, long key, ReadOutcome outcome) {
        shard.queue.remove(key);
        int slot = trials.find(key);
        if (slot < 0) {
            return;
        }
        int source = sourceOf(slot);
        switch (trials.state(slot)) {
            case Trials.SANDBOX -> {
                if ((int) tick - trials.tick(slot) > Math.round(latencyTicks)) {
                    record(slot, true);
                } else {
                    record(slot, false);
                }
                trials.removeAt(slot);
            }
            case Trials.ARRIVED -> {
                boolean used = outcome == ReadOutcome.PREFETCHED_HIT;
                if (used) {
                    shard.used[source]++;
                } else {
                    shard.wasted[source]++;
                }
                record(slot, used);
                trials.removeAt(slot);
            }
            default -> {
                if (trials.tick(slot) != 0) {
                    shard.late[source]++;
                    record(slot, false);
                }
            }
        }
    }

    private int sourceOf(int slot) {
        return model.source(trials.cell(slot, 0)).ordinal();
    }

    private void record(int slot, boolean success) {
        for (int i = 0; i < Trials.CELLS && trials.cell(slot, i) >= 0; i++) {
            scoreboard.record(trials.cell(slot, i), success);
        }
        filter.learn(trials.features(), slot * GuessFilter.FEATURES, trials.offset(slot), success);
        model.judged(trials.key(slot), success);
    }

    private void judge(long now) {
        merged.merge(guesses, scoreboard);
        for (int i = 0; i < merged.size(); i++) {
            double best = scoreboard.score(merged.cell(i, 0));
            if (best < CONSIDER) {
                continue;
            }
            long key = merged.key(i);
            int slot = trials.find(key);
            if (slot >= 0 && trials.state(slot) != Trials.SANDBOX) {
                continue;
            }
            double score = judgement(merged, i, best);
            if (target.present(key)) {
                if (score >= threshold * TOUCH) {
                    target.expected(key);
                }
                continue;
            }
            if (score >= threshold) {
                spent += (1 - score) / 2048;
                var shard = shard(key);
                shard.predictions++;
                if (slot >= 0) {
                    trials.removeAt(slot);
                }
                issue(shard, key, i, now);
            } else if (slot < 0) {
                expire();
                if (!ring2.full()) {
                    ring2.add(key, tick);
                    fill(trials.add(key, Trials.SANDBOX, tick), i);
                }
            }
        }
    }

    private void fill(int slot, int i) {
        for (int c = 0; c < Trials.CELLS && merged.cell(i, c) >= 0; c++) {
            trials.cell(slot, c, merged.cell(i, c));
        }
        trials.judgement(slot, features, offset);
    }

    private double judgement(MergedGuesses merged, int i, double best) {
        offset = GuessFilter.logit(best);
        int id = merged.id(i) >= 0 ? merged.id(i) : model.id(merged.key(i));
        int base = model.cells();
        features[0] = (short) merged.cell(i, 0);
        features[1] = (short) (base + Math.min(7, merged.agreeing(i)));
        base += 8;
        features[2] = (short) (base + (id < 0 ? 0 : 1 + model.history(id)));
        base += 17;
        features[3] = (short) (base + (id < 0 ? 0 : 1 + model.recency(id)));
        base += 13;
        features[4] = (short) (base + (id < 0 ? 0 : 1 + model.frequency(id)));
        base += 9;
        int second = merged.cell(i, 1);
        features[5] = second < 0 ? -1 : (short) (base + model.source(second).ordinal() * 16 + Math.min(15, (int) (scoreboard.score(second) * 16)));
        base += 16 * SOURCES;
        int third = merged.cell(i, 2);
        features[6] = third < 0 ? -1 : (short) (base + model.source(third).ordinal() * 16 + Math.min(15, (int) (scoreboard.score(third) * 16)));
        base += 16 * SOURCES;
        features[7] = (short) (base + Math.min(31, (int) (best * 32)));
        for (int f = 0; f < 8; f++) if ((FMASK >> f & 1) == 0) features[f] = -1;
        return filter.probability(features, 0, offset);
    }
    static final int FMASK = Integer.getInteger("fm", 127);

    private void expire() {
        while (!ring2.isEmpty() && (int) tick - ring2.oldestTick() > horizon) {
            int slot = trials.find(ring2.oldestKey());
            if (slot >= 0 && trials.state(slot) == Trials.SANDBOX && trials.tick(slot) == ring2.oldestTick()) {
                record(slot, false);
                trials.removeAt(slot);
            }
            ring2.removeOldest();
        }
    }

    private void issue(ShardPrefetch shard, long key, int i, long now) {
        if (!fetching) {
            return;
        }
        int slot = trials.add(key, Trials.IN_FLIGHT, tick);
        fill(slot, i);
        inFlight++;
        shard.issued[sourceOf(slot)]++;
        shard.fetchesPerRead += 0.0001;
        target.fetch(key, outcome -> onDone(key, outcome));
    }

    private void handleDone(long key, FetchOutcome outcome) {
        inFlight--;
        int slot = trials.find(key);
        if (slot < 0) {
            return;
        }
        if (outcome == FetchOutcome.FETCHED || outcome == FetchOutcome.PRESENT) {
            double took = (int) tick - trials.tick(slot);
            latencyTicks = latencyKnown ? latencyTicks + (took - latencyTicks) / 16 : took;
            latency = latencyTicks;
            latencyKnown = true;
        }
        if (outcome == FetchOutcome.FETCHED) {
            trials.state(slot, Trials.ARRIVED);
        } else {
            trials.removeAt(slot);
        }
    }

    private void handleUnused(long key) {
        int slot = trials.find(key);
        if (slot >= 0 && trials.state(slot) == Trials.ARRIVED) {
            shard(key).wasted[sourceOf(slot)]++;
            record(slot, false);
            double age = (int) tick - trials.tick(slot);
            horizon += (age - horizon) / 64;
            trials.removeAt(slot);
        }
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
                threshold,
                Math.round(latency));
    }

    private long modelBytes() {
        return model.bytes() + scoreboard.bytes() + trials.bytes() + ring2.bytes() + shadow.bytes();
    }
}
