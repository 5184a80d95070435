package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shared tier in a map, with knobs for trouble. */
final class InMemoryTier implements CacheTier {

    /** What the next calls do. */
    enum Mood {
        WELL,

        /** Every call fails at once. */
        FAILING,

        /** No call ever completes. */
        HANGING,

        /** Calls take ten seconds. */
        SLOW,

        /** Calls take five milliseconds. */
        LAGGING,

        /** Puts fail, reads work. */
        FULL
    }

    final ConcurrentHashMap<GlobalAddress, byte[]> values = new ConcurrentHashMap<>();
    final AtomicInteger gets = new AtomicInteger();
    final AtomicInteger batchGets = new AtomicInteger();
    final AtomicInteger puts = new AtomicInteger();
    volatile Mood mood = Mood.WELL;
    volatile TierState state = TierState.STARTING;

    @Override
    public void start() {
        state = TierState.READY;
    }

    @Override
    public TierState state() {
        return state;
    }

    @Override
    public @Nullable String lastFailure() {
        return null;
    }

    @Override
    public CompletionStage<byte @Nullable []> get(GlobalAddress address) {
        gets.incrementAndGet();
        return answer(false, () -> values.get(address));
    }

    @Override
    public CompletionStage<Map<GlobalAddress, byte[]>> getAll(Collection<GlobalAddress> addresses) {
        batchGets.incrementAndGet();
        return answer(false, () -> {
            var found = new HashMap<>(values);
            found.keySet().retainAll(addresses);
            return found;
        });
    }

    @Override
    public CompletionStage<?> put(GlobalAddress address, byte[] value) {
        return putAll(Map.of(address, value));
    }

    @Override
    public CompletionStage<?> putAll(Map<GlobalAddress, byte[]> added) {
        puts.incrementAndGet();
        return answer(true, () -> {
            values.putAll(added);
            return true;
        });
    }

    @Override
    public CompletionStage<?> remove(GlobalAddress address) {
        return answer(true, () -> values.remove(address) != null);
    }

    private <T> CompletionStage<T> answer(boolean write, Supplier<T> work) {
        return switch (mood) {
            case HANGING -> new CompletableFuture<>();
            case SLOW -> CompletableFuture.supplyAsync(work, delayed(10_000));
            case LAGGING -> CompletableFuture.supplyAsync(work, delayed(5));
            case FAILING -> CompletableFuture.failedFuture(new IllegalStateException("told to fail"));
            case FULL ->
                write
                        ? CompletableFuture.failedFuture(new IllegalStateException("told to be full"))
                        : CompletableFuture.completedFuture(work.get());
            case WELL -> CompletableFuture.completedFuture(work.get());
        };
    }

    private static Executor delayed(int millis) {
        return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<TierUsage> usage() {
        long bytes = values.values().stream().mapToLong(value -> value.length).sum();
        return CompletableFuture.completedFuture(new TierUsage(values.size(), bytes, 0, 0));
    }

    @Override
    public CompletionStage<?> resize(long bytesMax) {
        throw new UnsupportedOperationException("unbounded");
    }

    @Override
    public void close() {
        state = TierState.CLOSED;
    }
}
