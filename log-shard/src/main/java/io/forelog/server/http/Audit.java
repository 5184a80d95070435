package io.forelog.server.http;

import io.forelog.server.security.AuditLog;
import io.forelog.server.security.Principal;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What is written of administrative calls: who, what, from where, and what became of it. No header and no body. */
final class Audit {

    private final AuditLog log;
    private final Clock clock;

    Audit(AuditLog log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /** @param principal null if the caller was not let in */
    void answered(HttpServerRequest request, TraceContext trace, @Nullable Principal principal) {
        var line = Call.JSON
                .createObjectNode()
                .put("time", clock.instant().toString())
                .put("principal", principal == null ? "refused" : principal.name())
                .put("from", String.valueOf(request.remoteAddress()))
                .put("method", request.method().name())
                .put("path", AccessLog.oneLine(request.uri()))
                .put("status", request.response().getStatusCode())
                .put("traceId", trace.traceId());
        log.add(line.toString());
    }
}
