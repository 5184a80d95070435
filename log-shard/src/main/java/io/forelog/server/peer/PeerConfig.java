package io.forelog.server.peer;

import io.forelog.server.security.NodeCertificates;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How nodes call each other.
 *
 * @param cluster the cluster's name; calls of nodes of another are refused
 * @param key a secret that all nodes share, or empty for none
 * @param certificates with which nodes know each other, or null to call without TLS
 * @param connectTimeout how long a connection may take. Too low fails on a busy machine, too high lets calls to a
 *     machine that is gone wait before they are tried elsewhere
 * @param silenceMax a connection on which calls wait and nothing, not even a ping, was answered for so long is
 *     closed. Too low cuts off a peer that collects garbage, too high lets calls hang on one that is paused
 * @param callsMax calls to one peer under way at a time; more are refused
 * @param bytesMax bytes of requests to one peer under way at a time; more are refused
 */
public record PeerConfig(
        String cluster,
        String key,
        @Nullable NodeCertificates certificates,
        Duration connectTimeout,
        Duration silenceMax,
        int callsMax,
        long bytesMax) {

    public PeerConfig {
        if (!connectTimeout.isPositive() || !silenceMax.isPositive()) {
            throw new IllegalArgumentException(
                    "connectTimeout and silenceMax are above zero, not " + connectTimeout + " and " + silenceMax);
        }
        if (callsMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException(
                    "callsMax and bytesMax are at least 1, not " + callsMax + " and " + bytesMax);
        }
    }

    /** Returns what fits most clusters, without TLS. */
    public static PeerConfig of(String cluster, String key) {
        return new PeerConfig(cluster, key, null, Duration.ofSeconds(1), Duration.ofSeconds(3), 1000, 64L << 20);
    }

    /** Returns these settings with other times. */
    public PeerConfig withTimes(Duration otherConnectTimeout, Duration otherSilenceMax) {
        return new PeerConfig(cluster, key, certificates, otherConnectTimeout, otherSilenceMax, callsMax, bytesMax);
    }

    /** Returns these settings with mutual TLS, or without if there are no certificates. */
    public PeerConfig withTls(@Nullable NodeCertificates nodeCertificates) {
        return new PeerConfig(cluster, key, nodeCertificates, connectTimeout, silenceMax, callsMax, bytesMax);
    }
}
