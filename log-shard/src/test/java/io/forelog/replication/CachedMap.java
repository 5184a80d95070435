package io.forelog.replication;

import io.forelog.cache.CacheTier;
import io.forelog.cache.TierState;
import io.forelog.cache.TierUsage;
import io.forelog.record.GlobalAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A shared tier that keeps all it is given, to be looked into. */
public final class CachedMap implements CacheTier {

    public final Map<GlobalAddress, byte[]> values = new ConcurrentHashMap<>();

    @Override
    public void start() {}

    @Override
    public TierState state() {
        return TierState.READY;
    }

    @Override
    public @Nullable String lastFailure() {
        return null;
    }

    @Override
    public CompletionStage<byte @Nullable []> get(GlobalAddress address) {
        return CompletableFuture.completedFuture(values.get(address));
    }

    @Override
    public CompletionStage<Map<GlobalAddress, byte[]>> getAll(Collection<GlobalAddress> addresses) {
        var found = new HashMap<>(values);
        found.keySet().retainAll(addresses);
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public CompletionStage<?> put(GlobalAddress address, byte[] value) {
        return putAll(Map.of(address, value));
    }

    @Override
    public CompletionStage<?> putAll(Map<GlobalAddress, byte[]> added) {
        values.putAll(added);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> remove(GlobalAddress address) {
        values.remove(address);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<TierUsage> usage() {
        return CompletableFuture.completedFuture(TierUsage.NONE);
    }

    @Override
    public CompletionStage<?> resize(long bytesMax) {
        throw new UnsupportedOperationException("unbounded");
    }

    @Override
    public void close() {}
}
