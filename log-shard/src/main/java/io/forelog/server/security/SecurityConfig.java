package io.forelog.server.security;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How callers are known, and what everyone may.
 *
 * @param authentication whether credentials are asked for
 * @param issuer who must have made a token, or empty for anyone that has the key
 * @param audience whom a token must be for, or empty
 * @param jwks address of the issuer's keys, or empty
 * @param sharedKey file of a key of at least 32 bytes that issuer and node share, or null
 * @param claim of a token that holds its permissions: a list, or a text with spaces between them
 * @param anyoneReads patterns of logs that are read without credentials
 * @param requestsPerSecond of each caller that has no quota of its own; 0 for any
 * @param bytesPerSecond likewise, sent and received
 */
public record SecurityConfig(
        boolean authentication,
        String issuer,
        String audience,
        String jwks,
        @Nullable Path sharedKey,
        String claim,
        List<String> anyoneReads,
        long requestsPerSecond,
        long bytesPerSecond) {

    public SecurityConfig {
        anyoneReads = List.copyOf(anyoneReads);
        if (!jwks.isEmpty() && sharedKey != null) {
            throw new IllegalArgumentException(
                    "security.jwt.jwks and security.jwt.keyFile are both set: a token is checked with one of them");
        }
    }
}
