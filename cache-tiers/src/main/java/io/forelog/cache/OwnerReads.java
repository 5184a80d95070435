package io.forelog.cache;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads of the owner, tracked and hedged: a read of another node that takes longer than 99 in 100 of that node did of
 * late is sent to a second replica too, and the first record wins (Dean and Barroso, "The Tail at Scale", CACM 2013).
 * Hedges are a bounded share of calls, so that they do not add to an overload that made reads late.
 *
 * <p>Many records are read in one call to each node, and what is missing when that is late is read in one call of a
 * second. What such calls take is tracked apart from reads of one, and as if they were of one: divided by {@link
 * #size}. As they are, a node's calls for two records would wait as long as those for a thousand; tracked by size, each
 * size would have to be seen a hundred times first. They have a budget of their own, lest the hedge of a thousand
 * records and that of one cost the same: a call is late as often whatever its size, so a share of calls is about that
 * share of records.
 */
final class OwnerReads {

    private static final int HEDGE_SAMPLES_MIN = 100;
    private static final long HEDGE_AFTER_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Records that take about twice as long in one call as one does: over loopback a call for 500 took five times as
     * long as one for two where each had 1 KiB, and two and a half times with some 10 bytes each.
     */
    private static final int BATCH_AS_LONG_AS_ONE = 100;

    final LongAdder reads = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder hedged = new LongAdder();
    final LongAdder hedgesWon = new LongAdder();
    final OwnerLatencies remote;
    final LatencyTrack atHand;

    private final Owner owner;
    private final PathTime time;
    private final OwnerLatencies batches;
    private final HedgeBudget budget;
    private final HedgeBudget batchBudget;

    OwnerReads(Owner owner, ReadPathConfig config, PathTime time) {
        this.owner = owner;
        this.time = time;
        remote = new OwnerLatencies(time::nanoTime);
        atHand = new LatencyTrack(time::nanoTime);
        batches = new OwnerLatencies(time::nanoTime);
        budget = new HedgeBudget(config.hedgeShare());
        batchBudget = new HedgeBudget(config.hedgeShare());
    }

    /** Returns about what a read of one of these takes, none of them at hand; 0 if not yet known. */
    double expectedNanos(Collection<GlobalAddress> addresses) {
        double sum = 0;
        for (var address : addresses) {
            var place = owner.place(address);
            double alone = remote.expectedNanos(place);
            double nanos = alone > 0 ? alone : batches.expectedNanos(place);
            if (nanos <= 0) {
                return 0;
            }
            sum += nanos;
        }
        return sum / addresses.size();
    }

    /** Returns about what a read of any one record takes, of another node if that is known. */
    double expectedNanos() {
        return Stream.of(remote.all, batches.all, atHand)
                .mapToDouble(LatencyTrack::meanNanos)
                .filter(nanos -> nanos > 0)
                .findFirst()
                .orElse(0);
    }

    /** Reads all, in one call to each place, and tells {@code reader} as they come: of each address once. */
    void readAll(Collection<GlobalAddress> addresses, Consumer<Map<GlobalAddress, Outcome<LogRecord>>> reader) {
        reads.add(addresses.size());
        Consumer<Map<GlobalAddress, Outcome<LogRecord>>> counted = outcomes -> {
            failures.add(outcomes.values().stream()
                    .filter(Outcome.Failed.class::isInstance)
                    .count());
            reader.accept(outcomes);
        };
        var here = new ArrayList<GlobalAddress>();
        var byPlace = new HashMap<String, List<GlobalAddress>>();
        for (var address : addresses) {
            var part = owner.isLocal(address)
                    ? here
                    : byPlace.computeIfAbsent(owner.place(address), unseen -> new ArrayList<>());
            part.add(address);
        }
        byPlace.forEach((place, part) -> readPart(place, part, counted));
        if (!here.isEmpty()) {
            readPart(null, here, counted);
        }
    }

    /** @param place where they are, or null for this node */
    private void readPart(
            @Nullable String place, List<GlobalAddress> part, Consumer<Map<GlobalAddress, Outcome<LogRecord>>> reader) {
        if (part.size() > 1) {
            readMany(place, part, reader);
            return;
        }
        var address = part.getFirst();
        readOne(address)
                .handle((record, failure) -> record == null
                        ? new Outcome.Failed<LogRecord>(explained(address, failure))
                        : new Outcome.Found<>(record))
                .thenAccept(outcome -> reader.accept(Map.of(address, outcome)));
    }

    private CompletableFuture<LogRecord> readOne(GlobalAddress address) {
        boolean here = owner.isLocal(address);
        var place = here ? "" : owner.place(address);
        var read = called(() -> owner.read(address, this::askedForOne));
        if (here || budget.isNone() || read.isDone()) {
            return read;
        }
        var usual = remote.at(place);
        return usual.count() < HEDGE_SAMPLES_MIN ? read : hedged(address, read, usual);
    }

    private Runnable askedForOne(@Nullable String place, int records) {
        long start = time.nanoTime();
        return () -> {
            long nanos = time.nanoTime() - start;
            if (place == null) {
                atHand.record(nanos);
            } else {
                remote.record(place, nanos);
            }
        };
    }

    private Runnable askedForMany(@Nullable String place, int records) {
        long start = time.nanoTime();
        return place == null
                ? () -> {}
                : () -> batches.record(place, (long) ((time.nanoTime() - start) / size(records)));
    }

    private void readMany(
            @Nullable String place, List<GlobalAddress> part, Consumer<Map<GlobalAddress, Outcome<LogRecord>>> reader) {
        var batch = new HedgedBatch(part, reader, this::askedForMany, hedgesWon);
        var first = called(() -> owner.readAll(part, batch.first()));
        var usual = place == null ? null : batches.at(place);
        first.whenComplete((done, failure) -> batch.firstEnded(failure));
        if (usual == null || batchBudget.isNone() || first.isDone() || usual.count() < HEDGE_SAMPLES_MIN) {
            return;
        }
        batchBudget.called();
        long after = (long) (Math.max(HEDGE_AFTER_MIN_NANOS, usual.percentiles().p99()) * size(part.size()));
        Alarm.set(time, first, after, () -> readElsewhere(batch));
    }

    /** Returns how much longer than one record so many take that are read in one call. */
    static double size(int records) {
        return 1 + (double) (records - 1) / BATCH_AS_LONG_AS_ONE;
    }

    private void readElsewhere(HedgedBatch batch) {
        var byPlace = new HashMap<String, List<GlobalAddress>>();
        for (var address : batch.missing()) {
            var place = owner.placeElsewhere(address);
            if (place != null) {
                byPlace.computeIfAbsent(place, unseen -> new ArrayList<>()).add(address);
            }
        }
        byPlace.forEach((place, late) -> {
            if (batchBudget.spend() && batch.otherBegins()) {
                hedged.add(late.size());
                called(() -> owner.readAllAt(place, late, batch.other()))
                        .whenComplete((done, failure) -> batch.otherEnded());
            }
        });
    }

    private static <T> CompletableFuture<T> called(Supplier<? extends CompletionStage<T>> call) {
        try {
            return call.get().toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<LogRecord> hedged(
            GlobalAddress address, CompletableFuture<LogRecord> first, LatencyTrack usual) {
        budget.called();
        var read = new HedgedRead();
        long after = Math.max(HEDGE_AFTER_MIN_NANOS, usual.percentiles().p99());
        first.whenComplete(read::firstEnded);
        Alarm.set(time, first, after, () -> readElsewhere(address, read));
        return read;
    }

    private void readElsewhere(GlobalAddress address, HedgedRead read) {
        if (owner.placeElsewhere(address) == null || !budget.spend() || !read.secondBegins()) {
            return;
        }
        hedged.increment();
        called(() -> owner.readElsewhere(address, this::askedForOne)).whenComplete((record, failure) -> {
            if (read.secondEnded(record)) {
                hedgesWon.increment();
            }
        });
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

    static Throwable explained(GlobalAddress address, @Nullable Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("the owner's answer lacks " + address);
        }
        return unwrapped(failure);
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
