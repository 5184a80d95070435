package io.forelog.cache;

import io.forelog.cache.Answer.Detail;
import io.forelog.cache.local.LocalCache;
import io.forelog.cache.value.ValueSealer;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.OverloadedException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way of a read on the node that coordinates it: the local cache, a fetch of the record that is already under way,
 * a replica on this node, the regional tier, the global tier, a replica on another node. What is found is copied into
 * the nearer tiers. However many readers and prefetches want a record at a time, it is fetched once.
 *
 * <p>Only committed records come this way, and they never change: nothing is ever invalidated, and that a record is not
 * there is never remembered.
 *
 * <p>Safe for use by any thread; no call blocks. Stages complete on whatever thread brings the answer, the caller's own
 * included; a caller with a thread to keep to hops back by itself. They fail with what {@link Owner} fails with, or
 * with {@link OverloadedException}; a shared tier never fails a read.
 */
public final class ReadPath implements AutoCloseable {

    private static final Duration SWEEP_EVERY_MAX = Duration.ofMillis(250);
    private static final int TIMED_OF = 127;

    private final ReadPathConfig config;
    private final LocalCache<GlobalAddress, LogRecord> local;
    private final Owner owner;
    private final Flights flights;
    private final Fetcher fetcher;
    private final Fills fills;
    private final List<GuardedTier> tiers;

    private final PathTime time;

    /** Ends a look at all fetches now and then, since a timer for each would cost more than the read of a replica. */
    private Runnable endSweeps = () -> {};

    private final ShardCounts counts = new ShardCounts();
    private final LatencyTrack localLatency;
    private final LongAdder localHits = new LongAdder();
    private final LongAdder localMisses = new LongAdder();
    private final LongAdder prefetchedHits = new LongAdder();
    private final LongAdder joined = new LongAdder();
    private final LongAdder joinedPrefetches = new LongAdder();

    /**
     * @param shared the shared tiers in the order in which they are asked; may be empty
     * @param policies gives the policy of a log by its incarnation; called often, by any thread
     * @param sealer applied to all that is put into a shared tier
     */
    public ReadPath(
            ReadPathConfig config,
            LocalCache<GlobalAddress, LogRecord> local,
            List<SharedTier> shared,
            Owner owner,
            LongFunction<FillPolicy> policies,
            ValueSealer sealer) {
        this(config, local, shared, owner, policies, sealer, MachineTime.INSTANCE);
    }

    /** As the other one, under a time that need not be the machine's. */
    public ReadPath(
            ReadPathConfig config,
            LocalCache<GlobalAddress, LogRecord> local,
            List<SharedTier> shared,
            Owner owner,
            LongFunction<FillPolicy> policies,
            ValueSealer sealer,
            PathTime time) {
        this.config = config;
        this.time = time;
        localLatency = new LatencyTrack(time::nanoTime);
        this.local = local;
        this.owner = owner;
        var values = new Values(sealer);
        tiers = shared.stream().map(tier -> new GuardedTier(tier, values, time)).toList();
        flights = new Flights(config.fetchesMax(), time);
        fills = new Fills(tiers, policies, values, time);
        fetcher = new Fetcher(config, local, tiers, owner, fills, flights, time);
    }

    /** Begins to start the shared tiers and returns at once; reads are answered without them meanwhile. Call it once,
     * before the first read: without it a fetch that hangs is never given up. */
    public void start() {
        tiers.forEach(tier -> tier.tier().start());
        // The tiers are asked before the owner and, if that does not answer, once more.
        long deadline = config.ownerDeadline()
                .plus(config.tiersDeadline().multipliedBy(2))
                .toNanos();
        long every = Math.min(SWEEP_EVERY_MAX.toNanos(), deadline / 4);
        endSweeps = time.every(every, () -> flights.failOlderThan(deadline));
    }

    /** Returns the record if the local cache has it, else null. Never blocks: fit for an event loop. */
    public @Nullable Answer local(GlobalAddress address) {
        // Telling the time takes as long as the look itself: of a hundred and more, one is timed.
        boolean timed = (ThreadLocalRandom.current().nextInt() & TIMED_OF) == 0;
        long start = timed ? time.nanoTime() : 0;
        var entry = local.get(address);
        if (timed) {
            localLatency.record(time.nanoTime() - start);
        }
        if (entry == null) {
            localMisses.increment();
            return null;
        }
        return localHit(address, entry);
    }

    private Answer localHit(GlobalAddress address, LocalCache.Entry<LogRecord> entry) {
        localHits.increment();
        if (entry.prefetched()) {
            prefetchedHits.increment();
        }
        var detail = entry.prefetched() ? Detail.PREFETCHED : Detail.NONE;
        return counted(address, new Answer(entry.value(), AnsweredBy.LOCAL, detail));
    }

    /** Reads one record. */
    public CompletionStage<Answer> read(GlobalAddress address) {
        var answer = local(address);
        return answer == null ? readBeyondLocal(address) : CompletableFuture.completedFuture(answer);
    }

    /** Reads one record for a caller to whom {@link #local} just returned null; counts no second local miss. */
    public CompletionStage<Answer> readBeyondLocal(GlobalAddress address) {
        return fetch(address, true);
    }

    private CompletableFuture<Answer> fetch(GlobalAddress address, boolean mayRetry) {
        var toFetch = new ArrayList<Flight>(1);
        var answer = board(address, toFetch, mayRetry);
        fetcher.fetch(toFetch);
        return answer;
    }

    /**
     * Reads many in one call to each tier and, of their shards, one to each node.
     *
     * @return an outcome for each address, in their order; the stage itself does not fail
     */
    public CompletionStage<List<Outcome<Answer>>> readAll(List<GlobalAddress> addresses) {
        var answers =
                LinkedHashMap.<GlobalAddress, CompletableFuture<Outcome<Answer>>>newLinkedHashMap(addresses.size());
        var toFetch = new ArrayList<Flight>();
        for (var address : addresses) {
            answers.computeIfAbsent(address, unseen -> {
                var hit = local(address);
                var answer = hit == null ? board(address, toFetch, true) : CompletableFuture.completedFuture(hit);
                return answer.handle(ReadPath::outcome);
            });
        }
        fetcher.fetch(toFetch);
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> addresses.stream()
                        .map(address -> answers.get(address).join())
                        .toList());
    }

    private static Outcome<Answer> outcome(@Nullable Answer answer, @Nullable Throwable failure) {
        if (answer != null) {
            return new Outcome.Found<>(answer);
        }
        return new Outcome.Failed<>(
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
    }

    /** Finds a reader a place in a flight, adding the flight to {@code toFetch} if it is new. */
    private CompletableFuture<Answer> board(GlobalAddress address, Collection<Flight> toFetch, boolean mayRetry) {
        Flights.Boarding boarding;
        try {
            boarding = flights.board(address, false);
        } catch (OverloadedException e) {
            return CompletableFuture.failedFuture(e);
        }
        var flight = boarding.flight();
        if (!boarding.first()) {
            return join(flight, mayRetry);
        }
        // Another flight may have landed between this reader's look into the cache and its boarding.
        var landed = local.contains(address) ? local.get(address) : null;
        if (landed != null) {
            var answer = localHit(address, landed);
            flights.leave(flight);
            flight.complete(answer);
            return CompletableFuture.completedFuture(answer);
        }
        toFetch.add(flight);
        return flight.thenApply(answer -> counted(address, answer));
    }

    private Answer counted(GlobalAddress address, Answer answer) {
        counts.answered(address, answer.by());
        return answer;
    }

    private CompletableFuture<Answer> join(Flight flight, boolean mayRetry) {
        joined.increment();
        if (flight.prefetch) {
            joinedPrefetches.increment();
        }
        return flight.handle((answer, failure) -> {
                    if (answer != null) {
                        var shared = new Answer(answer.record(), answer.by(), Detail.JOINED);
                        return CompletableFuture.completedFuture(counted(flight.address, shared));
                    }
                    // The fetch began before this read did: the record may have been committed in between. Once is
                    // enough,
                    // for whatever is joined now began after this read did.
                    if (mayRetry && (flight.prefetch || failure instanceof NoSuchRecordException)) {
                        return fetch(flight.address, false);
                    }
                    return CompletableFuture.<Answer>failedFuture(failure);
                })
                .thenCompose(Function.identity());
    }

    /** Fetches a record before anyone asks, into the local and the regional cache. Fails as {@link #read} does. */
    public CompletionStage<PrefetchResult> prefetch(GlobalAddress address) {
        return prefetchAll(List.of(address)).thenApply(outcomes -> switch (outcomes.getFirst()) {
            case Outcome.Found<PrefetchResult>(var result) -> result;
            case Outcome.Failed<PrefetchResult>(var cause) -> throw new CompletionException(cause);
        });
    }

    /** Prefetches many in one call to each tier; an outcome for each, in their order. */
    public CompletionStage<List<Outcome<PrefetchResult>>> prefetchAll(List<GlobalAddress> addresses) {
        var toFetch = new ArrayList<Flight>();
        var results = new ArrayList<CompletableFuture<Outcome<PrefetchResult>>>(addresses.size());
        for (var address : addresses) {
            results.add(boardPrefetch(address, toFetch));
        }
        fetcher.fetch(toFetch);
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(done -> results.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Outcome<PrefetchResult>> boardPrefetch(GlobalAddress address, List<Flight> toFetch) {
        if (local.contains(address)) {
            return CompletableFuture.completedFuture(new Outcome.Found<>(PrefetchResult.PRESENT));
        }
        Flights.Boarding boarding;
        try {
            boarding = flights.board(address, true);
        } catch (OverloadedException e) {
            return CompletableFuture.completedFuture(new Outcome.Failed<>(e));
        }
        if (!boarding.first()) {
            return CompletableFuture.completedFuture(new Outcome.Found<>(PrefetchResult.UNDER_WAY));
        }
        toFetch.add(boarding.flight());
        return boarding.flight().handle((answer, failure) -> switch (outcome(answer, failure)) {
            case Outcome.Found<Answer> found -> new Outcome.Found<>(PrefetchResult.FETCHED);
            case Outcome.Failed<Answer>(var cause) -> new Outcome.Failed<>(cause);
        });
    }

    /**
     * Writes committed records through to the shared tiers that the policy admits them to: what an append with
     * {@code ack=caches} waits for, and what whoever commits calls for a log that is written through anyway.
     *
     * @return completes within the tiers' write deadline, and does not fail
     */
    public CompletionStage<WriteThrough> committed(Map<GlobalAddress, LogRecord> records, FillPolicy policy) {
        return fills.committed(records, policy);
    }

    /** As {@link #committed(Map, FillPolicy)}, for one record. */
    public CompletionStage<WriteThrough> committed(GlobalAddress address, LogRecord record, FillPolicy policy) {
        return fills.committed(Map.of(address, record), policy);
    }

    /**
     * Tells that this node, as owner, answered a read that a node of {@code region} coordinates. What several regions
     * ask for is copied into the global tier.
     */
    public void servedTo(String region, GlobalAddress address, LogRecord record) {
        fills.servedTo(region, address, record);
    }

    /**
     * Changes the bound of a shared tier; completes once it applies.
     *
     * @throws UnsupportedOperationException if there is no such tier or its bound is not this node's to set
     */
    public CompletionStage<?> resize(AnsweredBy by, long bytesMax) {
        for (var tier : tiers) {
            if (tier.by() == by) {
                return tier.tier().resize(bytesMax);
            }
        }
        throw new UnsupportedOperationException("this node has no " + by + " tier");
    }

    /** Returns what happened so far. */
    public PathStats stats() {
        var owners = fetcher.owners();
        var percentiles = owners.remote.all.percentiles();
        var atHand = owners.atHand.percentiles();
        var here = localLatency.percentiles();
        long hits = localHits.sum();
        return new PathStats(
                hits,
                localMisses.sum(),
                prefetchedHits.sum(),
                localLatency.meanNanos(),
                here.p50(),
                here.p99(),
                hits * fetcher.beyondLocalNanos(),
                joined.sum(),
                joinedPrefetches.sum(),
                flights.count(),
                flights.refused.sum(),
                owners.reads.sum(),
                owners.failures.sum(),
                owners.remote.all.meanNanos(),
                percentiles.p50(),
                percentiles.p99(),
                owners.atHand.meanNanos(),
                atHand.p50(),
                atHand.p99(),
                owners.hedged.sum(),
                owners.hedgesWon.sum(),
                fetcher.tierStats(),
                counts.snapshot());
    }

    /** Closes the shared tiers. */
    @Override
    public void close() {
        endSweeps.run();
        tiers.forEach(tier -> tier.tier().close());
    }
}
