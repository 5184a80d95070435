package io.forelog.server.peer;

import io.forelog.error.OverloadedException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What calls to other nodes take and how they end, and how many nodes are not called for now. Safe for any thread. */
final class PeerMeters {

    private record Ended(String call, String outcome) {}

    private final MeterRegistry registry;
    private final Map<Ended, Timer> timers = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    PeerMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("forelog.peer.breakers.open", open, AtomicInteger::get)
                .description("Connections to other nodes that cannot be made, and are not tried at each call")
                .register(registry);
    }

    /** A call has ended; {@code failure} is null if it was answered. */
    void ended(String call, long nanos, @Nullable Throwable failure) {
        timers.computeIfAbsent(new Ended(call, outcome(failure)), this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A breaker has opened. */
    void opened() {
        open.incrementAndGet();
    }

    /** A breaker that was open has closed, or is no more. */
    void closed() {
        open.decrementAndGet();
    }

    private static String outcome(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "answered";
            case PeerException e -> e.mayHaveArrived() ? "lost" : "unsent";
            case OverloadedException e -> "overloaded";
            default -> "failed";
        };
    }

    private Timer timer(Ended ended) {
        return Timer.builder("forelog.peer.calls")
                .description(
                        "Calls to other nodes: lost ones may have been done, unsent ones were not, failed ones were"
                                + " answered with a failure")
                .tag("call", ended.call())
                .tag("outcome", ended.outcome())
                .register(registry);
    }
}
