package io.forelog.cache;

import io.forelog.cache.WriteThrough.Result;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared tier that cannot do harm: each call has a deadline, a circuit breaker cuts off a tier that fails, one that
 * is slower than what lies beyond it is skipped, and whatever it returns is checked. Nothing here ever fails: a tier in
 * trouble is a tier without the record.
 *
 * <p>Reads and puts have a breaker each, since a full server refuses puts and still answers reads. A breaker that is
 * half open, and a tier that does not pay, are tried by reads that do not wait for the answer: nobody pays for a probe.
 *
 * <p>Safe for use by any thread; no call blocks.
 */
final class GuardedTier {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedTier.class);
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long USAGE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int PATIENCE = 4;

    private static final int ERROR_LENGTH_MAX = 200;

    private final AnsweredBy by;
    private final CacheTier tier;
    private final Values values;
    private final CallGuard reads;
    private final CallGuard puts;
    private final PutQueue putQueue;
    private final TierMeter meter;
    private final Worth worth;
    private final AtomicLong loggedAt;
    private final AtomicLong usageAskedAt;
    private final PathTime time;
    private volatile TierUsage usage = TierUsage.NONE;
    private volatile @Nullable String lastError;

    GuardedTier(SharedTier shared, Values values, PathTime time) {
        this.time = time;
        meter = new TierMeter(time::nanoTime);
        worth = new Worth(time.nanoTime());
        loggedAt = new AtomicLong(time.nanoTime() - LOG_EVERY_NANOS);
        usageAskedAt = new AtomicLong(time.nanoTime() - USAGE_EVERY_NANOS);
        by = shared.by();
        tier = shared.tier();
        var config = shared.config();
        this.values = values;
        reads = new CallGuard("reads of the " + by + " cache", config, config.deadline(), time);
        puts = new CallGuard("puts into the " + by + " cache", config, config.writeDeadline(), time);
        putQueue = new PutQueue(tier, puts, meter, config.putBytesMax(), time, failure -> failed("put", failure));
    }

    AnsweredBy by() {
        return by;
    }

    CacheTier tier() {
        return tier;
    }

    /** Returns what a read takes from this tier on, given what it takes beyond it; 0 if that is not known. */
    double expectedNanos(double beyondNanos) {
        return beyondNanos <= 0 ? 0 : worth.bestNanos(beyondNanos);
    }

    /**
     * Completes with those records that were found: none if the tier has none, is not to be asked, or does not answer
     * in time.
     *
     * @param budgetNanos what is left of the read's time for tiers
     * @param beyondNanos what a read takes that skips this tier; 0 if not known, or if the tier is to be asked anyway
     */
    CompletableFuture<Map<GlobalAddress, LogRecord>> get(
            Collection<GlobalAddress> addresses, long budgetNanos, double beyondNanos) {
        var nothing = CompletableFuture.completedFuture(Map.<GlobalAddress, LogRecord>of());
        if (budgetNanos <= 0 || tier.state() != TierState.READY) {
            meter.unavailable.add(addresses.size());
            return nothing;
        }
        long start = time.nanoTime();
        var verdict = worth.judge(beyondNanos, start);
        if (verdict == Worth.Verdict.SKIP) {
            meter.skipped.add(addresses.size());
            return nothing;
        }
        if (!reads.permits()) {
            meter.unavailable.add(addresses.size());
            return nothing;
        }
        var settled =
                reads.call(() -> call(addresses)).handle((found, failure) -> checked(addresses, found, failure, start));
        if (verdict == Worth.Verdict.PROBE || reads.probing()) {
            return nothing;
        }
        long wait = Math.min(budgetNanos, patienceNanos(addresses.size(), beyondNanos));
        // The breaker judges the tier by its own deadline, however little patience this read has left.
        if (wait >= reads.deadlineNanos() || settled.isDone()) {
            return settled;
        }
        var awaited = settled.copy();
        Alarm.set(time, awaited, wait, () -> awaited.complete(Map.of()));
        return awaited;
    }

    /** Returns how long it makes sense to wait for the tier, given what asking further on takes. */
    private long patienceNanos(int records, double beyondNanos) {
        if (beyondNanos <= 0) {
            return reads.deadlineNanos();
        }
        double one = Math.max(PATIENCE_MIN_NANOS, PATIENCE * beyondNanos);
        return (long) (one * Worth.size(records));
    }

    private Map<GlobalAddress, LogRecord> checked(
            Collection<GlobalAddress> asked,
            @Nullable Map<GlobalAddress, byte[]> found,
            @Nullable Throwable failure,
            long start) {
        long nanos = time.nanoTime() - start;
        meter.latency.record(nanos);
        meter.callNanos.add(nanos);
        if (found == null) {
            meter.errors.add(asked.size());
            if (cause(failure) instanceof TimeoutException) {
                meter.timeouts.add(asked.size());
            }
            worth.observeFailure(nanos);
            failed("read", failure);
            return Map.of();
        }
        var records = HashMap.<GlobalAddress, LogRecord>newHashMap(found.size());
        found.forEach((address, bytes) -> {
            var record = values.decode(address, bytes);
            if (record == null) {
                corrupt(address);
            } else {
                meter.bytesRead.add(bytes.length);
                records.put(address, record);
            }
        });
        meter.hits.add(records.size());
        meter.misses.add(asked.size() - records.size());
        worth.observe(records.size(), asked.size(), nanos);
        return records;
    }

    private void corrupt(GlobalAddress address) {
        meter.corrupt.increment();
        lastError = "a value under " + address + " does not check";
        tell(lastError);
        if (puts.permits()) {
            puts.<Object>call(() -> tier.remove(address));
        }
    }

    /**
     * Offers records to the tier.
     *
     * @param encoded as {@link Values} does it
     */
    CompletableFuture<Result> put(Map<GlobalAddress, byte[]> encoded) {
        return putQueue.offer(encoded);
    }

    /** As {@link #put}, but completes within the deadline of one put, however many are waiting. */
    CompletableFuture<Result> putInTime(Map<GlobalAddress, byte[]> encoded) {
        var result = put(encoded);
        Alarm.set(time, result, puts.deadlineNanos(), () -> result.complete(Result.FAILED));
        return result;
    }

    private CompletionStage<Map<GlobalAddress, byte[]>> call(Collection<GlobalAddress> addresses) {
        if (addresses.size() > 1) {
            return tier.getAll(addresses);
        }
        var only = addresses.iterator().next();
        return tier.get(only).thenApply(bytes -> bytes == null ? Map.of() : Map.of(only, bytes));
    }

    private void failed(String what, @Nullable Throwable failure) {
        var cause = cause(failure);
        var text = cause instanceof TimeoutException ? "no answer within its deadline" : String.valueOf(cause);
        // A library may put the whole command into its message.
        lastError = what + ": " + (text.length() > ERROR_LENGTH_MAX ? text.substring(0, ERROR_LENGTH_MAX) + "…" : text);
        tell(lastError);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void tell(String trouble) {
        long now = time.nanoTime();
        long last = loggedAt.get();
        if (now - last >= LOG_EVERY_NANOS && loggedAt.compareAndSet(last, now)) {
            LOG.warn("the {} cache is in trouble, reads go on without it: {}", by, trouble);
        }
    }

    /**
     * @param beyondNanos what a record takes beyond this tier
     */
    TierStats stats(double beyondNanos) {
        refreshUsage();
        var percentiles = meter.latency.percentiles();
        var error = lastError == null ? tier.lastFailure() : lastError;
        return new TierStats(
                by,
                tier.state(),
                meter.hits.sum() + meter.misses.sum() + meter.errors.sum(),
                meter.hits.sum(),
                meter.misses.sum(),
                meter.errors.sum(),
                meter.timeouts.sum(),
                meter.skipped.sum(),
                meter.unavailable.sum(),
                meter.corrupt.sum(),
                meter.puts.sum(),
                meter.putErrors.sum(),
                meter.putsDropped.sum(),
                meter.bytesRead.sum(),
                meter.bytesWritten.sum(),
                usage,
                meter.latency.meanNanos(),
                percentiles.p50(),
                percentiles.p99(),
                meter.hits.sum() * beyondNanos - meter.callNanos.sum(),
                reads.state(),
                puts.state(),
                error);
    }

    private void refreshUsage() {
        long now = time.nanoTime();
        long last = usageAskedAt.get();
        if (tier.state() == TierState.READY
                && now - last >= USAGE_EVERY_NANOS
                && usageAskedAt.compareAndSet(last, now)) {
            tier.usage().whenComplete((told, failure) -> {
                if (failure == null) {
                    usage = told;
                } else {
                    failed("usage", failure);
                }
            });
        }
    }
}
