package io.forelog.server.http;

import io.forelog.server.peer.Trace;
import io.opentelemetry.api.trace.Span;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which trace a call belongs to, as W3C's Trace Context carries it: the caller's trace, or a new one, and a span of
 * this node's in it.
 *
 * @param traceparent what is sent back, and onward: this node's span as the parent. One text, since each call makes one
 *     and hardly any asks for a part of it
 * @param span what a collector will be told, or null where none is
 */
record TraceContext(String traceparent, @Nullable Span span) implements Trace {

    private static final Pattern PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] EMPTY =
            ("00-" + NO_TRACE + "-" + NO_SPAN + "-00").getBytes(StandardCharsets.ISO_8859_1);
    private static final int TRACE_AT = 3;
    private static final int SPAN_AT = TRACE_AT + 32 + 1;
    private static final int LONG_DIGITS = 16;

    /**
     * Returns the context of a call with this {@code traceparent}; a malformed one begins a new trace, as the standard
     * asks.
     */
    static TraceContext of(@Nullable String traceparent) {
        var text = EMPTY.clone();
        random(text, SPAN_AT);
        if (traceparent != null) {
            var matcher = PARENT.matcher(traceparent.strip());
            boolean known = matcher.matches()
                    && !matcher.group(1).equals("ff")
                    && (matcher.group(5) == null || !matcher.group(1).equals("00"))
                    && !matcher.group(2).equals(NO_TRACE)
                    && !matcher.group(3).equals(NO_SPAN);
            if (known) {
                var span = new String(text, SPAN_AT, LONG_DIGITS, StandardCharsets.ISO_8859_1);
                return of(matcher.group(2), span, matcher.group(4), null);
            }
        }
        random(text, TRACE_AT);
        random(text, TRACE_AT + LONG_DIGITS);
        return new TraceContext(new String(text, StandardCharsets.ISO_8859_1), null);
    }

    static TraceContext of(Span span) {
        var context = span.getSpanContext();
        return of(
                context.getTraceId(),
                context.getSpanId(),
                context.getTraceFlags().asHex(),
                span);
    }

    private static TraceContext of(String traceId, String spanId, String flags, @Nullable Span span) {
        return new TraceContext("00-" + traceId + "-" + spanId + "-" + flags, span);
    }

    /** Writes 16 digits, not all of them zero: that would mean none. */
    private static void random(byte[] text, int at) {
        long number = ThreadLocalRandom.current().nextLong() | 1;
        for (int i = LONG_DIGITS - 1; i >= 0; i--) {
            text[at + i] = HEX[(int) number & 15];
            number >>>= 4;
        }
    }

    /** Returns 32 hexadecimal digits. */
    String traceId() {
        return traceparent.substring(TRACE_AT, SPAN_AT - 1);
    }

    @Override
    public String toString() {
        return traceparent;
    }
}
