package io.forelog.server.http;

import java.util.List;

/**
 * What callers may ask of a node at once.
 *
 * @param bodyBytesMax largest request body
 * @param corsOrigins origins whose pages a browser lets call, or {@code *}; none if empty
 */
public record HttpLimits(long bodyBytesMax, List<String> corsOrigins) {

    /** Longest request line: room for a key of 1,024 bytes, each percent-encoded, several times over. */
    public static final int LINE_BYTES_MAX = 16 << 10;

    /** Largest block of request headers. */
    public static final int HEADER_BYTES_MAX = 32 << 10;

    public HttpLimits {
        corsOrigins = List.copyOf(corsOrigins);
    }
}
