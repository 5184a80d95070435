package io.forelog.server.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of other origins a browser lets call this API (CORS, as the Fetch standard has it). No credentials are
 * allowed along: a page sends its token in {@code Authorization}, which it must have itself.
 *
 * @param origins such as {@code https://example.org}, or {@code *} for any; empty for none
 */
record Cors(List<String> origins) {

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final String REQUEST_HEADERS = "Accept, Authorization, Content-Type, Forelog-Reader, If-Match,"
            + " If-None-Match, If-Range, Last-Event-ID, Producer-Id, Producer-Epoch, Producer-Seq, Range, traceparent,"
            + " tracestate";
    private static final String ANSWER_HEADERS =
            "Cache-Status, Content-Location, Content-Range, Duplicate, ETag, High-Watermark, Location, Next-Cursor,"
                    + " Next-Offset, Producer-Expected-Seq, Record-Key, Record-Timestamp, Retry-After, traceresponse";

    Cors {
        origins = List.copyOf(origins);
    }

    /** Puts what the browser asks for into the answer, if the origin is allowed. */
    void allow(HttpServerRequest request, MultiMap headers) {
        if (origins.isEmpty()) {
            return;
        }
        headers.add(HttpHeaders.VARY, "Origin");
        var origin = allowed(request.getHeader(HttpHeaders.ORIGIN));
        if (origin == null) {
            return;
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        if (isPreflight(request)) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                    .set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
                    .set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600");
        }
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method() == HttpMethod.OPTIONS
                && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
    }

    boolean allows(String origin) {
        return allowed(origin) != null;
    }

    private @Nullable String allowed(@Nullable String origin) {
        if (origin == null) {
            return null;
        }
        return origins.contains("*") ? "*" : origins.contains(origin) ? origin : null;
    }
}
