package io.forelog.server;

import io.forelog.raft.transport.SocketSecurity;
import io.forelog.server.config.Config;
import io.forelog.server.config.SecuritySettings;
import io.forelog.server.config.Settings;
import io.forelog.server.peer.PeerConfig;
import io.forelog.server.peer.PeerCredentials;
import io.forelog.server.security.NodeCertificates;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * By what nodes of a cluster know each other, from the settings: on both ports, when they call and when they are
 * called.
 */
final class NodeTrust {

    private final Config config;
    private final @Nullable NodeCertificates certificates;

    /**
     * @throws IOException if a certificate cannot be used, or other nodes would not believe it; the message says why
     */
    NodeTrust(Config config) throws IOException {
        this.config = config;
        var ca = config.get(SecuritySettings.CLUSTER_CA);
        this.certificates = ca.isEmpty()
                ? null
                : new NodeCertificates(
                        Path.of(config.get(SecuritySettings.TLS_CERTIFICATE)),
                        Path.of(config.get(SecuritySettings.TLS_KEY)),
                        Path.of(ca),
                        config.get(Settings.NODE_NAME));
    }

    /** Returns how other nodes are called. */
    PeerConfig peers() {
        return PeerConfig.of(config.get(Settings.CLUSTER_NAME), config.get(SecuritySettings.CLUSTER_KEY))
                .withTimes(config.get(Settings.PEER_CONNECT_TIMEOUT), config.get(Settings.PEER_SILENCE_MAX))
                .withTls(certificates);
    }

    /** Returns whose calls are answered. */
    PeerCredentials credentials() {
        return new PeerCredentials(
                config.get(Settings.CLUSTER_NAME),
                config.get(SecuritySettings.CLUSTER_KEY),
                config.get(SecuritySettings.SECURITY_AUTHENTICATION),
                certificates);
    }

    /** Returns what goes between replication groups. */
    SocketSecurity sockets() {
        return certificates == null
                ? SocketSecurity.PLAIN
                : SocketSecurity.tls(certificates.context(), certificates::speaksFor);
    }
}
