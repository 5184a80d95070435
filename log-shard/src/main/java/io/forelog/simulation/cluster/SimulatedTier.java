package io.forelog.simulation.cluster;

import io.forelog.cache.CacheTier;
import io.forelog.cache.TierState;
import io.forelog.cache.TierUsage;
import io.forelog.record.GlobalAddress;
import io.forelog.simulation.SimulatedProcess;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shared cache as one node reaches it: it may refuse, never answer, forget, and return damaged values. */
final class SimulatedTier implements CacheTier {

    private static final long LATENCY_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(2);

    private final Server server;
    private final SimulatedProcess process;

    /** How the server is. */
    enum Health {
        WELL,
        DOWN,
        HANGING,
        DAMAGING
    }

    /** What all nodes share. */
    static final class Server {

        private static final int VALUES_MAX = 60;

        private final Map<GlobalAddress, byte[]> values = new LinkedHashMap<>();
        private Health health = Health.WELL;

        void become(Health now) {
            health = now;
        }

        boolean isDown() {
            return health == Health.DOWN;
        }

        void clear() {
            values.clear();
        }

        private void put(GlobalAddress address, byte[] value) {
            values.put(address, value);
            if (values.size() > VALUES_MAX) {
                values.remove(values.keySet().iterator().next());
            }
        }
    }

    SimulatedTier(Server server, SimulatedProcess process) {
        this.server = server;
        this.process = process;
    }

    private <T> CompletionStage<T> call(Supplier<T> call) {
        var done = new CompletableFuture<T>();
        process.schedule(Duration.ofNanos(process.random().nextLong(LATENCY_NANOS_MAX)), () -> {
            switch (server.health) {
                case WELL, DAMAGING -> done.complete(call.get());
                case DOWN -> done.completeExceptionally(new IllegalStateException("the simulated cache is down"));
                // Whoever waits has a deadline of its own.
                case HANGING -> process.nanoTime();
            }
        });
        return done;
    }

    private byte @Nullable [] value(GlobalAddress address) {
        byte[] known = server.values.get(address);
        if (known == null || server.health != Health.DAMAGING) {
            return known;
        }
        byte[] damaged = known.clone();
        damaged[process.random().nextInt(damaged.length)] ^=
                (byte) (1 << process.random().nextInt(Byte.SIZE));
        return damaged;
    }

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
        return this.<byte @Nullable []>call(() -> value(address));
    }

    @Override
    public CompletionStage<Map<GlobalAddress, byte[]>> getAll(Collection<GlobalAddress> addresses) {
        return call(() -> {
            var found = new HashMap<GlobalAddress, byte[]>();
            for (var address : addresses) {
                byte[] value = value(address);
                if (value != null) {
                    found.put(address, value);
                }
            }
            return found;
        });
    }

    @Override
    public CompletionStage<?> put(GlobalAddress address, byte[] value) {
        return putAll(Map.of(address, value));
    }

    @Override
    public CompletionStage<?> putAll(Map<GlobalAddress, byte[]> values) {
        return call(() -> {
            values.forEach(server::put);
            return true;
        });
    }

    @Override
    public CompletionStage<?> remove(GlobalAddress address) {
        return call(() -> {
            server.values.remove(address);
            return true;
        });
    }

    @Override
    public CompletionStage<TierUsage> usage() {
        return CompletableFuture.completedFuture(TierUsage.NONE);
    }

    @Override
    public CompletionStage<?> resize(long bytesMax) {
        throw new UnsupportedOperationException("the simulated cache has one size");
    }

    @Override
    public void close() {}
}
