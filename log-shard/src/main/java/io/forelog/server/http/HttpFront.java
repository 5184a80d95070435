package io.forelog.server.http;

import io.forelog.server.security.AuditLog;
import io.forelog.server.security.Authenticator;
import io.forelog.server.security.Quotas;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/** What stands before every call, shared by all event loops of a node: its limits, its gate and its books. */
public final class HttpFront {

    private final HttpLimits limits;
    private final Cors cors;
    private final Gate gate;
    private final Audit audit;
    private final CallMetrics metrics;
    private final Admission admission;
    private final AtomicInteger connections = new AtomicInteger();

    public HttpFront(
            HttpLimits limits, Authenticator authenticator, AuditLog audit, Clock clock, CallMetrics metrics, MeterRegistry registry) {
        this.limits = limits;
        this.cors = new Cors(limits.corsOrigins());
        var config = authenticator.config();
        this.gate = new Gate(authenticator, new Quotas(config.requestsPerSecond(), config.bytesPerSecond()), cors);
        this.audit = new Audit(audit, clock);
        this.metrics = metrics;
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

    void disconnected() {
        connections.decrementAndGet();
    }
}
