package io.forelog.server.http;

import java.time.Duration;
import java.util.List;

/**
 * What callers may ask of a node at once.
 *
 * @param bodyBytesMax largest request body
 * @param bodyTimeout how long a body may take to arrive
 * @param requestsMax under way at a time
 * @param pendingBytesMax of bodies and large answers in memory at a time
 * @param connectionsMax open at a time
 * @param corsOrigins origins whose pages a browser lets call, or {@code *}; none if empty
 */
public record HttpLimits(
        long bodyBytesMax,
        Duration bodyTimeout,
        int requestsMax,
        long pendingBytesMax,
        int connectionsMax,
        List<String> corsOrigins) {

    /** Longest request line: room for a key of 1,024 bytes, each percent-encoded, several times over. */
    public static final int LINE_BYTES_MAX = 16 << 10;

    /** Largest block of request headers. */
    public static final int HEADER_BYTES_MAX = 32 << 10;

    public HttpLimits {
        corsOrigins = List.copyOf(corsOrigins);
    }
}
