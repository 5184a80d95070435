package io.forelog.cache;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads of the owner, tracked and hedged: a read of another node that takes longer than 99 in 100 of
 * that node's late ones is sent to a second replica too, and the first record wins (Dean and Barroso, "The Tail at
 * Scale", CACM 2013). Hedges are a bounded share of reads, so that they do not add to an overload that made reads late.
 */
final class OwnerReads {

    private static final int HEDGE_SAMPLES_MIN = 100;
    private static final long HEDGE_AFTER_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int HEDGE_COST = 1_000;
    private static final int HEDGE_CREDIT_MAX = 10 * HEDGE_COST;

    final LongAdder reads = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder hedged = new LongAdder();
    final LongAdder hedgesWon = new LongAdder();
    final OwnerLatencies remote;
    final LatencyTrack atHand;

    private final Owner owner;
    private final PathTime time;
    private final int creditPerRead;
    private final AtomicInteger hedgeCredit = new AtomicInteger(HEDGE_CREDIT_MAX);

    OwnerReads(Owner owner, ReadPathConfig config, PathTime time) {
        this.owner = owner;
        this.time = time;
        remote = new OwnerLatencies(time::nanoTime);
        atHand = new LatencyTrack(time::nanoTime);
        creditPerRead = (int) (HEDGE_COST * config.hedgeShare());
    }

    /** Returns about what a read of these takes, none of them at hand; 0 if not yet known. */
    double expectedNanos(Collection<GlobalAddress> addresses) {
        return remote.expectedNanos(addresses.stream().map(owner::place).toList());
    }

    /** Completes with an outcome for each address; never fails. */
    CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>> readAll(Collection<GlobalAddress> addresses) {
        reads.add(addresses.size());
        if (addresses.size() > 1) {
            return readMany(addresses);
        }
        var address = addresses.iterator().next();
        return readOne(address).handle((record, failure) -> {
            if (record != null) {
                return Map.of(address, new Outcome.Found<>(record));
            }
            failures.increment();
            return Map.of(address, new Outcome.Failed<>(explained(address, failure)));
        });
    }

    private CompletableFuture<LogRecord> readOne(GlobalAddress address) {
        boolean here = owner.isLocal(address);
        var place = here ? "" : owner.place(address);
        long start = time.nanoTime();
        var read = called(() -> owner.read(address)).whenComplete((record, failure) -> {
            // A failure may be fast: counted, it would make every tier look slow just when it is needed.
            if (failure == null && here) {
                atHand.record(time.nanoTime() - start);
            } else if (failure == null) {
                remote.record(place, time.nanoTime() - start);
            }
        });
        if (here || creditPerRead == 0 || read.isDone()) {
            return read;
        }
        var usual = remote.at(place);
        return usual.count() < HEDGE_SAMPLES_MIN ? read : hedged(address, read, usual);
    }

    private CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>> readMany(Collection<GlobalAddress> addresses) {
        // Not tracked: what a batch takes says nothing of when a single read is late, or what a tier spares it.
        return called(() -> owner.readAll(addresses)).handle((told, failure) -> {
            var outcomes = HashMap.<GlobalAddress, Outcome<LogRecord>>newHashMap(addresses.size());
            for (var address : addresses) {
                var outcome = told == null ? null : told.get(address);
                if (outcome == null) {
                    outcome = new Outcome.Failed<>(explained(address, failure));
                }
                if (outcome instanceof Outcome.Failed) {
                    failures.increment();
                }
                outcomes.put(address, outcome);
            }
            return outcomes;
        });
    }

    private static <T> CompletableFuture<T> called(Supplier<CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<LogRecord> hedged(
            GlobalAddress address, CompletableFuture<LogRecord> first, LatencyTrack usual) {
        hedgeCredit.updateAndGet(credit -> Math.min(HEDGE_CREDIT_MAX, credit + creditPerRead));
        var read = new HedgedRead();
        long after = Math.max(HEDGE_AFTER_MIN_NANOS, usual.percentiles().p99());
        first.whenComplete(read::firstEnded);
        Alarm.set(time, first, after, () -> readElsewhere(address, read));
        return read;
    }

    private void readElsewhere(GlobalAddress address, HedgedRead read) {
        if (hedgeCredit.get() < HEDGE_COST) {
            return;
        }
        var second = owner.readElsewhere(address);
        if (second != null && read.secondBegins()) {
            hedgeCredit.addAndGet(-HEDGE_COST);
            hedged.increment();
            second.whenComplete((record, failure) -> {
                if (read.secondEnded(record)) {
                    hedgesWon.increment();
                }
            });
        }
    }

    /** Returns whether the failure is the record's own, so that nobody else would have it. */
    static boolean isFinal(Throwable failure) {
        return switch (unwrapped(failure)) {
            case NoSuchRecordException e -> true;
            case RecordExpiredException e -> true;
            case NoSuchShardException e -> true;
            case NoSuchLogException e -> true;
            default -> false;
        };
    }

    private static Throwable explained(GlobalAddress address, @Nullable Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("the owner's answer lacks " + address);
        }
        return unwrapped(failure);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
