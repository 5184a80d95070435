package io.forelog.server.http;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ends the bodies of one event loop that take too long to come, to within an eighth of their time: a timer for each
 * would cost every small request more than its body. Confined to that loop.
 */
final class BodyDeadlines {

    private static final int LOOKS_PER_TIMEOUT = 8;

    private final long timeoutNanos;
    /** When each began, oldest first. */
    private final Map<BodyReader, Long> began = new LinkedHashMap<>();

    BodyDeadlines(Duration timeout) {
        this.timeoutNanos = timeout.toNanos();
    }

    /** Begins to look, on the event loop that this is called on, until the loop's verticle is gone. */
    void start(Vertx vertx) {
        vertx.setPeriodic(Math.max(1, timeoutNanos / LOOKS_PER_TIMEOUT / 1_000_000), id -> expire(System.nanoTime()));
    }

    void begin(BodyReader reader) {
        began.put(reader, System.nanoTime());
    }

    void ended(BodyReader reader) {
        began.remove(reader);
    }

    private void expire(long now) {
        while (!began.isEmpty()) {
            var oldest = began.entrySet().iterator().next();
            if (now - oldest.getValue() < timeoutNanos) {
                return;
            }
            began.remove(oldest.getKey());
            oldest.getKey().expire();
        }
    }
}
