package io.forelog.loadgen.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the peers' servers are started.
 *
 * @param forelog what starts a node, without its options
 * @param kafka the folder of Kafka's jars, whose client is then on the class path; null without them
 * @param redis such as {@code redis-server}
 */
public record Programs(List<String> forelog, @Nullable Path kafka, String redis) {

    /** The peers that there are beside Forelog. */
    public static final List<String> PEERS = List.of("kafka", "redis");

    /** @throws IOException if it does not start */
    Peer start(String peer, int nodes, Path folder) throws IOException {
        return switch (peer) {
            case "kafka" -> {
                if (kafka == null) {
                    throw new IOException("Kafka's jars are not here; ./forelog bench fetches them");
                }
                yield KafkaPeer.start(kafka, nodes, folder);
            }
            case "redis" -> RedisPeer.start(redis, nodes, folder);
            default -> throw new IllegalArgumentException("a peer is one of " + PEERS + ", not '" + peer + "'");
        };
    }
}
