package io.forelog.server.http;

import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A line for each request, written only while the logger {@value #LOGGER} is at INFO. Says no header and no body:
 * there may be secrets in them.
 */
final class AccessLog {

    static final String LOGGER = "io.forelog.access";
    /** The name under which log lines carry the trace that they belong to. */
    static final String TRACE = "traceId";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private AccessLog() {}

    static void answered(HttpServerRequest request, TraceContext trace, long nanos) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        try (var _ = MDC.putCloseable(TRACE, trace.traceId())) {
            LOG.info(
                    "{} {} {} {} bytes {} us {}",
                    request.method(),
                    oneLine(request.uri()),
                    request.response().getStatusCode(),
                    request.response().bytesWritten(),
                    nanos / 1000,
                    request.connection().remoteAddress());
        }
    }

    /** A caller's text must not begin a line of its own. */
    static String oneLine(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f) ? text : text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
