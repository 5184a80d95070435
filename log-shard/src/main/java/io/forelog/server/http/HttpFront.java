package io.forelog.server.http;

import io.forelog.server.security.AuditLog;
import io.forelog.server.security.Authenticator;
import io.forelog.server.security.Quotas;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What stands before every call, shared by all event loops of a node: its limits, its gate and its books. */
public final class HttpFront {

    private static final Duration QUIET = Duration.ofMillis(100);
    private static final Duration LEAVE_MAX = Duration.ofSeconds(1);

    private final HttpLimits limits;
    private final Cors cors;
    private final Gate gate;
    private final Audit audit;
    private final CallMetrics metrics;
    private final CallTraces traces;
    private final Admission admission;
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder calls = new LongAdder();
    private volatile boolean isLeaving;

    public HttpFront(
            HttpLimits limits,
            Authenticator authenticator,
            AuditLog audit,
            Clock clock,
            CallMetrics metrics,
            CallTraces traces,
            MeterRegistry registry) {
        this.limits = limits;
        this.cors = new Cors(limits.corsOrigins());
        var config = authenticator.config();
        this.gate = new Gate(authenticator, new Quotas(config.requestsPerSecond(), config.bytesPerSecond()), cors);
        this.audit = new Audit(audit, clock);
        this.metrics = metrics;
        this.traces = traces;
        this.admission = new Admission(limits.requestsMax(), limits.pendingBytesMax());
        Gauge.builder("http.server.under.way", admission, Admission::requests)
                .description("Requests that are not answered yet")
                .register(registry);
        Gauge.builder("http.server.pending.bytes", admission, Admission::bytes)
                .description("Bytes of bodies and large answers in memory")
                .register(registry);
        Gauge.builder("http.server.connections", connections, AtomicInteger::get)
                .description("Connections that are open")
                .register(registry);
    }

    HttpLimits limits() {
        return limits;
    }

    Cors cors() {
        return cors;
    }

    Gate gate() {
        return gate;
    }

    Audit audit() {
        return audit;
    }

    CallMetrics metrics() {
        return metrics;
    }

    CallTraces traces() {
        return traces;
    }

    Admission admission() {
        return admission;
    }

    /** Returns whether one more connection may stay; if so {@link #disconnected} must follow. */
    boolean connected() {
        if (connections.incrementAndGet() > limits.connectionsMax()) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    /**
     * Asks callers, with each answer from now on, to take their next call to another connection, and gives busy ones
     * the time to hear of it: when the node ends, no call may be on its way over a connection that is being closed.
     * Blocks while calls come, for at most a second.
     */
    public void leave() {
        isLeaving = true;
        long began = System.nanoTime();
        long before;
        do {
            before = calls.sum();
            LockSupport.parkNanos(QUIET.toNanos());
        } while (calls.sum() != before && System.nanoTime() - began < LEAVE_MAX.toNanos());
    }

    /** Notes a call; returns whether its connection should carry no more. */
    boolean isLastCall() {
        calls.increment();
        return isLeaving;
    }

    void disconnected() {
        connections.decrementAndGet();
    }
}
