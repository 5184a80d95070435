package io.forelog.server.telemetry;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;

/**
 * Sends spans to a collector by OTLP over HTTP, in batches, from a thread of its own. What waits is bounded by the
 * library (2,048 spans): a collector that is slow or down costs spans, never a call. Safe for use by any thread.
 */
public final class SpanExport implements AutoCloseable {

    private static final long CLOSE_SECONDS = 5;

    private final SdkTracerProvider provider;

    /**
     * @param endpoint the collector's URL for spans, usually {@code http://HOST:4318/v1/traces}
     * @param share of the traces that begin here, 0 to 1; a trace that a caller begins is sent if the caller says so
     * @throws IllegalArgumentException if the endpoint is no URL
     */
    public SpanExport(String endpoint, double share, String cluster, String node) {
        var exporter = OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build();
        provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", "forelog")
                                .put("service.namespace", cluster)
                                .put("service.instance.id", node)
                                .build())))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(share)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build();
    }

    /** Returns what begins a span. */
    public Tracer tracer() {
        return provider.get("io.forelog");
    }

    /** Sends what waits, within five seconds. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, SECONDS);
    }
}
