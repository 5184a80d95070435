package io.forelog.raft.transport;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a node talks to its peers.
 *
 * @param cluster name that both ends must share, so that a wrong address joins no two clusters
 * @param node name of this node, unique in the cluster
 * @param bind address to listen on; port 0 takes a free one
 * @param frameBytesMax largest message. Too small: an entry or a manifest cannot be sent; too large: one peer can make
 *     this node hold as much
 * @param queueBytesMax what may wait for one peer; more is dropped, and Raft sends it again. Too small: bursts are sent
 *     twice; too large: a slow peer holds memory
 * @param reconnectMin first wait before dialling again. Too large: a restarted peer is back late
 * @param reconnectMax longest wait before dialling again, reached by doubling
 * @param pingInterval how often an idle connection proves that it lives
 * @param greetMax how long a connection may take to say who it is, TLS included. Too small: a busy machine meets
 *     nobody; too large: strangers hold connections
 * @param silenceMax after which a connection without any byte is given up. Too small: a pause of the peer breaks it;
 *     too large: a cut network is noticed late, and a healed one used late
 */
public record TransportConfig(
        String cluster,
        String node,
        InetSocketAddress bind,
        int frameBytesMax,
        int queueBytesMax,
        Duration reconnectMin,
        Duration reconnectMax,
        Duration pingInterval,
        Duration greetMax,
        Duration silenceMax) {

    public TransportConfig {
        if (frameBytesMax < 1024 || queueBytesMax < frameBytesMax) {
            throw new IllegalArgumentException(
                    "need 1024 <= frameBytesMax <= queueBytesMax: " + frameBytesMax + ", " + queueBytesMax);
        }
        if (silenceMax.compareTo(pingInterval.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "silenceMax must be at least two pingIntervals: " + silenceMax + ", " + pingInterval);
        }
    }

    /** Returns these bounds for a node of a cluster that listens on a port. */
    public TransportConfig in(String itsCluster, int port) {
        return new TransportConfig(
                itsCluster,
                node,
                new InetSocketAddress(bind.getHostString(), port),
                frameBytesMax,
                queueBytesMax,
                reconnectMin,
                reconnectMax,
                pingInterval,
                greetMax,
                silenceMax);
    }

    /**
     * Returns the defaults: 32 MiB frames, 96 MiB waiting, redial after 20 ms to 1 s, greeted within 10 s, dead after
     * 1.5 s of silence.
     */
    public static TransportConfig of(String cluster, String node, InetSocketAddress bind) {
        return new TransportConfig(
                cluster,
                node,
                bind,
                32 << 20,
                96 << 20,
                Duration.ofMillis(20),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                Duration.ofSeconds(10),
                Duration.ofMillis(1500));
    }
}
