package io.forelog.cache;

import io.forelog.cache.WriteThrough.Result;
import io.forelog.record.GlobalAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The puts into one tier. A few calls are under way at a time, and what arrives meanwhile goes into the next one: put
 * one by one as they come, fills would queue up inside the tier and make its reads late, which are what it is for.
 *
 * <p>Bounded in bytes; what does not fit, or has waited for longer than a put may take, is dropped. Safe for use by any
 * thread.
 */
final class PutQueue {

    private static final int CALLS_MAX = 4;
    private static final int BATCH_RECORDS_MAX = 256;
    private static final long BATCH_BYTES_MAX = 256 << 10;

    private final CacheTier tier;
    private final PathTime time;
    private final CallGuard guard;
    private final TierMeter meter;
    private final long bytesMax;
    private final Consumer<Throwable> onFailure;
    private final ArrayDeque<Offer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int callsUnderWay;

    private record Offer(
            Map<GlobalAddress, byte[]> values, long bytes, long offeredAt, CompletableFuture<Result> result) {}

    /**
     * @param bytesMax bound of what waits
     * @param onFailure told of each call that failed
     */
    PutQueue(
            CacheTier tier,
            CallGuard guard,
            TierMeter meter,
            long bytesMax,
            PathTime time,
            Consumer<Throwable> onFailure) {
        this.tier = tier;
        this.time = time;
        this.guard = guard;
        this.meter = meter;
        this.bytesMax = bytesMax;
        this.onFailure = onFailure;
    }

    /** Completes, without failing, once the tier has taken the values, or has not. */
    CompletableFuture<Result> offer(Map<GlobalAddress, byte[]> values) {
        long bytes = values.values().stream().mapToLong(value -> value.length).sum();
        var offer = new Offer(values, bytes, time.nanoTime(), new CompletableFuture<>());
        if (enqueued(offer)) {
            putWaiting();
        } else {
            drop(offer);
        }
        return offer.result;
    }

    private synchronized boolean enqueued(Offer offer) {
        // One that is larger than the bound by itself may go if it need not wait.
        if (tier.state() != TierState.READY || (waitingBytes > 0 && waitingBytes + offer.bytes > bytesMax)) {
            return false;
        }
        waiting.add(offer);
        waitingBytes += offer.bytes;
        return true;
    }

    private void putWaiting() {
        for (var batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            put(batch);
        }
    }

    /** Returns what to put next, and counts the call as under way; empty if nothing waits or enough is under way. */
    private synchronized List<Offer> nextBatch() {
        var batch = new ArrayList<Offer>();
        int records = 0;
        long bytes = 0;
        while (callsUnderWay < CALLS_MAX && !waiting.isEmpty()) {
            var next = waiting.peek();
            records += next.values.size();
            bytes += next.bytes;
            if (!batch.isEmpty() && (records > BATCH_RECORDS_MAX || bytes > BATCH_BYTES_MAX)) {
                break;
            }
            batch.add(waiting.remove());
            waitingBytes -= next.bytes;
        }
        if (!batch.isEmpty()) {
            callsUnderWay++;
        }
        return batch;
    }

    private synchronized void ended() {
        callsUnderWay--;
    }

    private void put(List<Offer> batch) {
        long staleBefore = time.nanoTime() - guard.deadlineNanos();
        var values = new HashMap<GlobalAddress, byte[]>();
        var put = new ArrayList<Offer>(batch.size());
        for (var offer : batch) {
            if (offer.offeredAt - staleBefore < 0) {
                drop(offer);
            } else {
                put.add(offer);
                values.putAll(offer.values);
            }
        }
        if (values.isEmpty()) {
            ended();
        } else if (!guard.permits()) {
            ended();
            put.forEach(this::drop);
        } else {
            guard.<Object>call(() -> call(values)).whenComplete((done, failure) -> {
                ended();
                if (failure != null) {
                    onFailure.accept(failure);
                }
                put.forEach(offer -> settle(offer, failure == null));
                putWaiting();
            });
        }
    }

    private CompletionStage<?> call(Map<GlobalAddress, byte[]> values) {
        if (values.size() > 1) {
            return tier.putAll(values);
        }
        var only = values.entrySet().iterator().next();
        return tier.put(only.getKey(), only.getValue());
    }

    private void settle(Offer offer, boolean took) {
        if (took) {
            meter.puts.add(offer.values.size());
            meter.bytesWritten.add(offer.bytes);
        } else {
            meter.putErrors.add(offer.values.size());
        }
        offer.result.complete(took ? Result.TOOK : Result.FAILED);
    }

    private void drop(Offer offer) {
        meter.putsDropped.add(offer.values.size());
        offer.result.complete(Result.UNAVAILABLE);
    }
}
