package io.forelog.server.http;

import io.forelog.server.peer.Trace;
import io.opentelemetry.api.trace.Span;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which trace a call belongs to, as W3C's Trace Context carries it: the caller's trace, or a new one, and a span of
 * this node's in it.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param flags 2 hexadecimal digits
 * @param span what a collector will be told, or null where none is
 */
record TraceContext(
        String traceId,
        String spanId,
        String flags,
        @Nullable Span span)
        implements Trace {

    private static final Pattern PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);

    /**
     * Returns the context of a call with this {@code traceparent}; a malformed one begins a new trace, as the standard
     * asks.
     */
    static TraceContext of(@Nullable String traceparent) {
        if (traceparent == null) {
            return new TraceContext(random() + random(), random(), "00", null);
        }
        var matcher = PARENT.matcher(traceparent.strip());
        boolean known = matcher.matches()
                && !matcher.group(1).equals("ff")
                && (matcher.group(5) == null || !matcher.group(1).equals("00"))
                && !matcher.group(2).equals(NO_TRACE)
                && !matcher.group(3).equals(NO_SPAN);
        return known
                ? new TraceContext(matcher.group(2), random(), matcher.group(4), null)
                : new TraceContext(random() + random(), random(), "00", null);
    }

    static TraceContext of(Span span) {
        var context = span.getSpanContext();
        return new TraceContext(
                context.getTraceId(),
                context.getSpanId(),
                context.getTraceFlags().asHex(),
                span);
    }

    /** Returns 16 digits, not all of them zero: that would mean none. */
    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
    }

    /** Returns what is sent onward: this node's span as the parent. */
    @Override
    public String traceparent() {
        return toString();
    }

    /** Returns what is sent back, as {@code traceresponse}. */
    @Override
    public String toString() {
        return "00-" + traceId + "-" + spanId + "-" + flags;
    }
}
