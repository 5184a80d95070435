package io.forelog.server.http;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Gives each call its place in a trace, and tells a collector how it went where there is one. Names, attributes and
 * status follow OpenTelemetry's conventions for servers of HTTP; paths, queries and headers stay here, for there may be
 * secrets in them. Safe for use by any thread.
 */
public final class CallTraces {

    private static final int SERVER_ERROR = 500;

    private static final TextMapGetter<HttpServerRequest> HEADERS = new TextMapGetter<>() {

        @Override
        @SuppressWarnings("deprecation") // there is no default yet
        public Iterable<String> keys(HttpServerRequest request) {
            return request.headers().names();
        }

        @Override
        public @Nullable String get(@Nullable HttpServerRequest request, String name) {
            return request == null ? null : request.getHeader(name);
        }
    };

    private final @Nullable Tracer tracer;

    /** @param tracer null where no collector is to be told */
    public CallTraces(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    TraceContext begin(HttpServerRequest request) {
        if (tracer == null) {
            return TraceContext.of(request.getHeader("traceparent"));
        }
        var parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
        var span = tracer.spanBuilder(request.method().name())
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setAttribute("http.request.method", request.method().name())
                .setAttribute("url.scheme", request.scheme())
                .startSpan();
        return TraceContext.of(span);
    }

    /** @param route the path's template, or null where there is no such resource */
    void end(TraceContext trace, HttpServerRequest request, @Nullable String route) {
        var span = trace.span();
        if (span == null) {
            return;
        }
        int status = request.response().getStatusCode();
        if (route != null) {
            span.updateName(request.method().name() + " " + route).setAttribute("http.route", route);
        }
        span.setAttribute("http.response.status_code", (long) status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
