package io.forelog.server.http;

import io.forelog.server.http.Routes.Route;
import io.forelog.server.live.Latencies;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts and times calls by route and status. Safe for use by any thread. */
public final class CallMetrics {

    private record Key(Route route, int status) {}

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final Latencies reads;
    private final Latencies appends;

    public CallMetrics(MeterRegistry registry, Latencies reads, Latencies appends) {
        this.registry = registry;
        this.reads = reads;
        this.appends = appends;
    }

    void answered(Route route, int status, long nanos) {
        timers.computeIfAbsent(new Key(route, status), this::timer).record(nanos, TimeUnit.NANOSECONDS);
        if (status < 400 && route.path().contains("/records")) {
            if (route.method() == HttpMethod.POST) {
                appends.record(nanos);
            } else if (route.path().endsWith("{offset}")) {
                reads.record(nanos);
            }
        }
    }

    private Timer timer(Key key) {
        return Timer.builder("http.server.requests")
                .description("Time from a request's head to the end of its answer")
                .tag("method", key.route().method().name())
                .tag("uri", key.route().path())
                .tag("status", Integer.toString(key.status()))
                .serviceLevelObjectives(
                        Duration.ofNanos(100_000),
                        Duration.ofNanos(250_000),
                        Duration.ofMillis(1),
                        Duration.ofNanos(2_500_000),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(registry);
    }
}
