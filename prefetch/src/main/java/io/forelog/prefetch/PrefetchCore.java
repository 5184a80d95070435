package io.forelog.prefetch;

import io.forelog.prefetch.PrefetchStatistics.State;
import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Guesses;
import io.forelog.prefetch.model.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a {@link Prefetcher} does with an event. Confined to one thread at a time. */
final class PrefetchCore {

    private static final Source[] SOURCES = Source.values();
    private static final int SHARDS_MAX = 1 << 14;
    /** A present key is worth keeping for a guess so much less sure than one worth a fetch: it costs nothing. */
    private static final double KEEPING_SHARE = 0.1;

    private static final int RESIZE_INTERVAL = 256;
    private static final int LEARNING_READS = 4096;
    /** The part of the memory that is for guesses whose outcome is awaited. */
    private static final int TRIALS_PART = 8;
    /** What tables take that do not grow with the keys, at most. */
    private static final long FIXED_BYTES = 128 << 10;
    /** Guesses of a worse cell are not looked at: no other sign makes them worth a fetch. */
    private static final float CONSIDERED = 0.02f;
    /** Costs 0.1 points of coverage over eight recorded traces against looking at every guess of every read. */
    private static final double HOPEFUL_SHARE = 0.4;

    private static final int LEARNING_INTERVAL = 4;
    /** Guesses are made at one read of so many where nearly all that is guessed is in the cache. */
    private static final int PRESENT_INTERVAL = 16;

    private final PrefetchConfig config;
    private final PrefetchTarget target;
    private final LongSupplier clock;
    private final LongSupplier calendar;
    private final LongUnaryOperator shardOf;
    private final LongConsumer start;
    private final long staleAfter;
    private final AccessModel model;
    private final Judge judge;
    private final Guesses guesses = new Guesses();
    private final FetchBudget budget = new FetchBudget();
    private final HarmGuard guard = new HarmGuard();
    private final Shadows shadows = new Shadows();
    private final PresentKeys present = new PresentKeys();
    private final Map<Long, ShardPrefetch> shards = new LinkedHashMap<>(16, 0.75f, true);
    private final List<ShardPrefetch> waiting = new ArrayList<>();
    private @Nullable ShardPrefetch lastShard;
    private long reads;
    private int inFlight;

    /** @param start starts the fetch of a key, whose outcome comes back by {@link #done} */
    PrefetchCore(
            PrefetchConfig config,
            PrefetchTarget target,
            LongSupplier clock,
            LongSupplier calendar,
            LongUnaryOperator shardOf,
            LongConsumer start) {
        this.config = config;
        this.target = target;
        this.clock = clock;
        this.calendar = calendar;
        this.shardOf = shardOf;
        this.start = start;
        staleAfter = config.staleAfter().toNanos();
        long trialBytesMax = config.modelBytesMax() / TRIALS_PART;
        long fixedBytes = Math.min(FIXED_BYTES, config.modelBytesMax() / 4);
        model = new AccessModel(config.sources(), config.modelBytesMax() - trialBytesMax - fixedBytes);
        judge = new Judge(model, trialBytesMax);
    }

    AccessModel model() {
        return model;
    }

    Judge judge() {
        return judge;
    }

    void read(long reader, long key, ReadOutcome outcome, boolean fetching) {
        if (reads++ % RESIZE_INTERVAL == 0) {
            long capacity = target.capacityEntries();
            present.resize(capacity);
            if (shadows.resize(capacity)) {
                guard.restart();
            }
        }
        long now = clock.getAsLong();
        var shard = shard(key);
        shard.read();
        settle(shard, key, outcome, now);
        sample(shard, key, outcome, fetching);
        budget.read();
        model.onRead(reader, key, now, calendar.getAsLong(), budget.latency());
        if (!present.nearlyAll() || reads % PRESENT_INTERVAL == 0) {
            model.guess(guesses);
            judgeGuesses(now, outcome, fetching && !guard.off());
        }
        issue(now);
    }

    private ShardPrefetch shard(long key) {
        long id = shardOf.applyAsLong(key);
        if (lastShard != null && lastShard.shard == id) {
            return lastShard;
        }
        var shard = shards.get(id);
        if (shard == null) {
            shard = new ShardPrefetch(id, config.queueMax(), config.inFlightMax(), this::dropped);
            shards.put(id, shard);
            forgetIdleShard();
        }
        lastShard = shard;
        return shard;
    }

    private void forgetIdleShard() {
        var eldest = shards.values().iterator().next();
        if (shards.size() > SHARDS_MAX && eldest.isIdle()) {
            shards.remove(eldest.shard);
        }
    }

    private void dropped(long key) {
        int slot = judge.trials.find(key);
        if (slot >= 0 && judge.trials.state(slot) == Trials.QUEUED) {
            judge.trials.removeAt(slot);
        }
    }

    private void sample(ShardPrefetch shard, long key, ReadOutcome outcome, boolean fetching) {
        if (!shadows.read(key)) {
            return;
        }
        // The shadows have a key as soon as it is read: who waits for another's read has no miss there either.
        boolean miss = outcome == ReadOutcome.MISS || outcome == ReadOutcome.JOINED && joinedPrefetch(key);
        shard.sampled(miss, shadows.lruMiss());
        budget.sampled(miss, shadows.lruMiss());
        if (fetching) {
            guard.sampled(miss, shadows.lruMiss(), shadows.tinyLfuMiss());
        }
    }

    private boolean joinedPrefetch(long key) {
        int slot = judge.trials.find(key);
        return slot >= 0 && judge.trials.state(slot) == Trials.LATE;
    }

    /** Learns what the read says about an earlier guess of its key. */
    private void settle(ShardPrefetch shard, long key, ReadOutcome outcome, long now) {
        var trials = judge.trials;
        int slot = trials.find(key);
        if (slot < 0) {
            return;
        }
        int source = source(slot);
        boolean missed = outcome == ReadOutcome.MISS || outcome == ReadOutcome.JOINED;
        switch (trials.state(slot)) {
            case Trials.QUEUED -> {
                shard.queue.remove(key);
                judge.settle(slot, now - trials.time(slot) >= budget.latency());
            }
            case Trials.SANDBOX -> judge.settle(slot, now - trials.time(slot) >= budget.latency());
            case Trials.ARRIVED -> {
                shard.used[source] += missed ? 0 : 1;
                shard.wasted[source] += missed ? 1 : 0;
                judge.settle(slot, !missed);
            }
            case Trials.IN_FLIGHT -> {
                if (outcome != ReadOutcome.HIT) {
                    shard.used[source] += missed ? 0 : 1;
                    shard.late[source] += missed ? 1 : 0;
                    judge.learn(slot, !missed);
                    trials.state(slot, Trials.LATE, trials.time(slot));
                }
            }
            default -> {
                // Late already: said once is enough.
            }
        }
    }

    private int source(int slot) {
        return model.source(judge.trials.cell(slot, 0)).ordinal();
    }

    private void judgeGuesses(long now, ReadOutcome outcome, boolean fetching) {
        var merged = judge.merge(guesses, CONSIDERED);
        // What is unlikely to be fetched is looked at only now and then, to learn whether it still is.
        boolean learns = reads % LEARNING_INTERVAL == 0;
        double least = learns ? CONSIDERED : Math.max(CONSIDERED, budget.bar() * HOPEFUL_SHARE);
        double keeping = budget.bar() * KEEPING_SHARE;
        for (int i = 0; i < merged.size(); i++) {
            if (merged.best(i) < least) {
                continue;
            }
            long key = merged.key(i);
            if (present.contains(key, reads)) {
                continue;
            }
            // First, since few lines of the processor's cache tell of most guesses that were made before.
            int slot = judge.trials.find(key);
            if (slot >= 0 && judge.trials.state(slot) != Trials.SANDBOX) {
                continue;
            }
            if (merged.best(i) >= keeping ? target.expected(key) : target.present(key)) {
                present.add(key, reads);
                continue;
            }
            present.absent();
            float score = judge.score(i, outcome);
            if (fetching && score >= budget.bar()) {
                if (slot >= 0) {
                    judge.trials.removeAt(slot);
                }
                budget.spend(score);
                queue(i, key, score, now);
            } else if (slot < 0) {
                judge.sandbox(i, now);
            }
        }
    }

    private void queue(int i, long key, float score, long now) {
        judge.await(i, now);
        var shard = shard(key);
        shard.predictions++;
        shard.queue.offer(key, score, now);
        if (!shard.waiting) {
            shard.waiting = true;
            waiting.add(shard);
        }
    }

    private void issue(long now) {
        while (!waiting.isEmpty() && inFlight < config.inFlightMax()) {
            var best = bestWaiting(now);
            if (best == null) {
                return;
            }
            long key = best.queue.takeBest();
            int slot = judge.trials.find(key);
            // What was guessed at this very read was not there a moment ago.
            if (judge.trials.time(slot) != now && target.present(key)) {
                judge.trials.removeAt(slot);
                continue;
            }
            judge.trials.state(slot, Trials.IN_FLIGHT, now);
            best.issue(SOURCES[source(slot)]);
            best.pace.started();
            inFlight++;
            start.accept(key);
        }
    }

    private @Nullable ShardPrefetch bestWaiting(long now) {
        ShardPrefetch best = null;
        for (int i = waiting.size() - 1; i >= 0; i--) {
            var shard = waiting.get(i);
            shard.queue.dropBefore(now - staleAfter);
            if (shard.queue.size() == 0) {
                shard.waiting = false;
                waiting.set(i, waiting.getLast());
                waiting.removeLast();
            } else if (shard.pace.allows() && (best == null || shard.queue.bestScore() > best.queue.bestScore())) {
                best = shard;
            }
        }
        return best;
    }

    /** Learns that a fetch ended. */
    void done(long key, FetchOutcome outcome) {
        inFlight--;
        long now = clock.getAsLong();
        var trials = judge.trials;
        int slot = trials.find(key);
        boolean told = outcome == FetchOutcome.FETCHED || outcome == FetchOutcome.PRESENT;
        var pace = shard(key).pace;
        if (outcome == FetchOutcome.FAILED) {
            pace.failed();
        } else if (slot >= 0 && told) {
            budget.completed(now - trials.time(slot));
            pace.completed(now - trials.time(slot));
        } else {
            pace.ended();
        }
        if (slot >= 0) {
            if (outcome == FetchOutcome.FETCHED && trials.state(slot) == Trials.IN_FLIGHT) {
                trials.state(slot, Trials.ARRIVED, now);
            } else if (outcome == FetchOutcome.ABSENT && trials.state(slot) == Trials.IN_FLIGHT) {
                judge.settle(slot, false);
            } else {
                trials.removeAt(slot);
            }
        }
        issue(now);
    }

    /** Learns that a prefetched entry left the cache without a hit. */
    void unused(long key) {
        var trials = judge.trials;
        int slot = trials.find(key);
        if (slot >= 0 && trials.state(slot) == Trials.ARRIVED) {
            shard(key).wasted[source(slot)]++;
            judge.unusedFor(clock.getAsLong() - trials.time(slot));
            judge.settle(slot, false);
        }
    }

    PrefetchStatistics statistics(boolean fetching, long dropped) {
        var state = !fetching || guard.off() ? State.OFF : reads < LEARNING_READS ? State.LEARNING : State.ON;
        var reason = !fetching ? "switched off" : guard.off() ? "a cache without prefetch did better" : "";
        List<PrefetchStatistics.Shard> each = new ArrayList<>();
        var total = new ShardPrefetch(-1, 1, 1, key -> {});
        for (var shard : shards.values()) {
            each.add(shard.statistics(state, reason));
            total.add(shard);
        }
        return new PrefetchStatistics(
                each,
                total.statistics(state, reason),
                model.bytes() + judge.bytes() + shadows.bytes() + present.bytes(),
                model.trackedKeys(),
                model.readers(),
                dropped,
                inFlight,
                budget.bar(),
                Math.round(budget.latency()));
    }
}
