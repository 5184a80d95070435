package io.forelog.cache.global;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which Redis the global tier uses. */
public sealed interface RedisConnection {

    /**
     * A Redis of this node's own, started and ended with it.
     *
     * @param directory for what it needs on disk, which is no data; created if missing
     * @param bytesMax bound of its memory, beyond which the least recently read entries go
     */
    record Embedded(Path directory, long bytesMax) implements RedisConnection {}

    /**
     * One server.
     *
     * @param address {@code redis://HOST:PORT}, or {@code rediss://} for TLS
     * @param certificates those that sign the server's, PEM; null for those that this Java trusts
     */
    record Single(
            String address,
            @Nullable String username,
            @Nullable String password,
            @Nullable String certificates) implements RedisConnection {

        /** Keeps the password out of logs. */
        @Override
        public String toString() {
            return "Single[" + address + "]";
        }
    }

    /**
     * Anything else that Redisson can connect to: Sentinel, Cluster, replicated servers, TLS with own certificates.
     *
     * @param yaml Redisson's own configuration
     */
    record Redisson(String yaml) implements RedisConnection {

        /** The text may hold passwords. */
        @Override
        public String toString() {
            return "Redisson[configuration of its own]";
        }
    }
}
