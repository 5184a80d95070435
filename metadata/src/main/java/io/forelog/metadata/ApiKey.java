package io.forelog.metadata;

import java.util.List;

/**
 * What the cluster keeps of an API key: enough to know its secret again, not the secret.
 *
 * @param id public, unique, the first part of the key
 * @param name whose it is, in words; also the principal's name
 * @param secretHash SHA-256 of the secret in hexadecimal: the secret has 256 random bits, so that no slower hash is
 *     needed
 * @param permissions such as {@code read:orders-*}
 * @param createdAt milliseconds since 1970
 * @param expiresAt milliseconds since 1970, from then on it is refused; {@link Long#MAX_VALUE} for never
 * @param requestsPerSecond of its holder; 0 for what the node gives everyone
 * @param bytesPerSecond likewise
 */
public record ApiKey(
        String id,
        String name,
        String secretHash,
        List<String> permissions,
        long createdAt,
        long expiresAt,
        long requestsPerSecond,
        long bytesPerSecond) {

    public ApiKey {
        permissions = List.copyOf(permissions);
    }
}
