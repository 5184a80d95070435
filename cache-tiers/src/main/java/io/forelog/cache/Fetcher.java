package io.forelog.cache;

import io.forelog.cache.Answer.Detail;
import io.forelog.cache.local.LocalCache;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Carries out flights: asks the replica at hand, the tiers and the owner in turn, each for all that are still without
 * an answer, and lands each flight once its record is in the local cache.
 */
final class Fetcher {

    private final ReadPathConfig config;
    private final LocalCache<GlobalAddress, LogRecord> local;
    private final List<GuardedTier> tiers;
    private final Owner owner;
    private final OwnerReads owners;
    private final Fills fills;
    private final Flights flights;
    private final PathTime time;

    Fetcher(
            ReadPathConfig config,
            LocalCache<GlobalAddress, LogRecord> local,
            List<GuardedTier> tiers,
            Owner owner,
            Fills fills,
            Flights flights,
            PathTime time) {
        this.config = config;
        this.local = local;
        this.tiers = tiers;
        this.owner = owner;
        this.fills = fills;
        this.flights = flights;
        this.time = time;
        owners = new OwnerReads(owner, config, time);
    }

    OwnerReads owners() {
        return owners;
    }

    /** Fetches all of them; returns once what can be done without waiting is done. */
    void fetch(Collection<Flight> toFetch) {
        if (toFetch.isEmpty()) {
            return;
        }
        try {
            depart(toFetch);
        } catch (RuntimeException e) {
            // A defect, the owner's or ours; but a flight that never lands would hang all later readers too.
            toFetch.stream().filter(flight -> !flight.isDone()).forEach(flight -> fail(flight, e));
        }
    }

    private void depart(Collection<Flight> toFetch) {
        var atHand = HashMap.<GlobalAddress, Flight>newHashMap(toFetch.size());
        var far = HashMap.<GlobalAddress, Flight>newHashMap(toFetch.size());
        for (var flight : toFetch) {
            (owner.isLocal(flight.address) ? atHand : far).put(flight.address, flight);
        }
        long giveUpAt = time.nanoTime() + config.tiersDeadline().toNanos();
        if (config.order() == ReadOrder.OWNER_FIRST) {
            askTiers(far, 0, true, giveUpAt, this::askOwner);
            askOwner(atHand);
        } else {
            // Together: one call to each tier. Beside a replica at hand no tier would ever seem worth its while.
            boolean judged = atHand.isEmpty();
            far.putAll(atHand);
            askTiers(far, 0, judged, giveUpAt, this::askOwner);
        }
    }

    /** Asks the tiers in turn, from the one at {@code index}; {@code then} takes those that none had. */
    private void askTiers(
            Map<GlobalAddress, Flight> waiting,
            int index,
            boolean judged,
            long giveUpAt,
            Consumer<Map<GlobalAddress, Flight>> then) {
        if (waiting.isEmpty()) {
            return;
        }
        if (index == tiers.size()) {
            then.accept(waiting);
            return;
        }
        var tier = tiers.get(index);
        double beyond = judged ? beyond(index, owners.expectedNanos(waiting.keySet())) : 0;
        tier.get(waiting.keySet(), giveUpAt - time.nanoTime(), beyond).whenComplete((found, failure) -> {
            // It fails with defects only; even then the record is to be had further on.
            var records = failure == null ? found : Map.<GlobalAddress, LogRecord>of();
            var rest = waiting;
            if (!records.isEmpty()) {
                rest = new HashMap<>(waiting);
                rest.keySet().removeAll(records.keySet());
            }
            askTiers(rest, index + 1, judged, giveUpAt, then);
            records.forEach((address, record) -> land(waiting.get(address), record, tier.by()));
            if (!records.isEmpty()) {
                fills.wereRead(records, tier.by());
            }
        });
    }

    private void askOwner(Map<GlobalAddress, Flight> waiting) {
        if (!waiting.isEmpty()) {
            owners.readAll(waiting.keySet(), outcomes -> ownerTold(outcomes, waiting));
        }
    }

    private void ownerTold(Map<GlobalAddress, Outcome<LogRecord>> outcomes, Map<GlobalAddress, Flight> waiting) {
        var toCopy = new HashMap<GlobalAddress, LogRecord>();
        var unanswered = new HashMap<GlobalAddress, Throwable>();
        outcomes.forEach((address, outcome) -> {
            var flight = waiting.get(address);
            switch (outcome) {
                case Outcome.Found<LogRecord>(var record) -> {
                    land(flight, record, AnsweredBy.SHARD);
                    if (isToCopy(flight, record)) {
                        toCopy.put(address, record);
                    }
                }
                case Outcome.Failed<LogRecord>(var cause) when OwnerReads.isFinal(cause) -> fail(flight, cause);
                case Outcome.Failed<LogRecord>(var cause) -> unanswered.put(address, cause);
            }
        });
        if (!toCopy.isEmpty()) {
            fills.wereRead(toCopy, AnsweredBy.SHARD);
        }
        makeUpFor(unanswered, waiting);
    }

    /** Asks all tiers, whatever they cost, for what the owner could not answer. */
    private void makeUpFor(Map<GlobalAddress, Throwable> unanswered, Map<GlobalAddress, Flight> waiting) {
        var again = HashMap.<GlobalAddress, Flight>newHashMap(unanswered.size());
        unanswered.keySet().forEach(address -> again.put(address, waiting.get(address)));
        long giveUpAt = time.nanoTime() + config.tiersDeadline().toNanos();
        askTiers(
                again,
                0,
                false,
                giveUpAt,
                lost -> lost.forEach((address, flight) -> fail(flight, unanswered.get(address))));
    }

    private boolean isToCopy(Flight flight, LogRecord record) {
        boolean atHand = owner.isLocal(flight.address);
        if (atHand) {
            fills.servedTo(config.region(), flight.address, record);
        }
        // Where a replica at hand comes first no reader here would look for a copy; a prefetch is for the region.
        return !atHand || flight.prefetch || config.order() == ReadOrder.TIERS_FIRST;
    }

    private void land(Flight flight, LogRecord record, AnsweredBy by) {
        try {
            if (flight.demanded) {
                local.put(flight.address, record);
            } else {
                local.putPrefetched(flight.address, record);
            }
        } finally {
            flights.leave(flight);
            flight.complete(new Answer(record, by, Detail.NONE));
        }
    }

    private void fail(Flight flight, Throwable cause) {
        flights.leave(flight);
        flight.completeExceptionally(cause);
    }

    /** Returns what a read takes that skips the tier at {@code index}; 0 if not known. */
    private double beyond(int index, double ownerNanos) {
        double nanos = ownerNanos;
        for (int i = tiers.size() - 1; i > index; i--) {
            nanos = tiers.get(i).expectedNanos(nanos);
        }
        return nanos;
    }

    /** Returns about what a read takes that the local cache does not answer. */
    double beyondLocalNanos() {
        return beyond(-1, owners.expectedNanos());
    }

    List<TierStats> tierStats() {
        double ownerNanos = owners.expectedNanos();
        return IntStream.range(0, tiers.size())
                .mapToObj(i -> tiers.get(i).stats(beyond(i, ownerNanos)))
                .toList();
    }
}
