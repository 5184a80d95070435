package io.forelog.server;

import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import io.forelog.server.config.SecuritySettings;
import io.forelog.server.config.Settings;
import io.forelog.server.http.HttpLimits;
import io.forelog.server.http.PlainTransport;
import io.forelog.server.security.SecurityConfig;
import io.forelog.server.tail.TailLimits;
import io.forelog.server.telemetry.SpanExport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a node listens and whom it lets in, from its settings. */
final class Listening {

    private static final Duration BLOCKED = Duration.ofMillis(100);

    private static final int STREAMS_MAX = 1000;

    /** HTTP/2's own 64 KiB for all streams of a connection would let one batch of another node wait for the next. */
    private static final int CONNECTION_WINDOW_BYTES = 4 << 20;

    private static final int STREAM_WINDOW_BYTES = 1 << 20;

    private Listening() {}

    /**
     * Refuses to be reached by others without TLS and authentication.
     *
     * @throws IllegalArgumentException if the settings ask for that; the message says what is missing
     * @throws IOException if the address is not known
     */
    static void requireSafe(Config config) throws IOException {
        var host = config.get(Settings.HTTP_HOST);
        boolean hasKeys = config.get(SecuritySettings.SECURITY_AUTHENTICATION);
        if (isTls(config)) {
            requireFile(SecuritySettings.TLS_CERTIFICATE.key(), config.get(SecuritySettings.TLS_CERTIFICATE));
            requireFile(SecuritySettings.TLS_KEY.key(), config.get(SecuritySettings.TLS_KEY));
        }
        requireSafeCluster(config);
        requireSafeRegion(config);
        if (InetAddress.getByName(host).isLoopbackAddress() || isTls(config) && hasKeys) {
            return;
        }
        throw new IllegalArgumentException("http.host " + host + " can be reached from other machines: that needs"
                + (isTls(config) ? "" : " TLS (tls.certificate and tls.key; ./forelog certs init makes a first pair)")
                + (isTls(config) || hasKeys ? "" : " and")
                + (hasKeys ? "" : " authentication (security.authentication=true)"));
    }

    private static void requireSafeCluster(Config config) throws IOException {
        var ca = config.get(SecuritySettings.CLUSTER_CA);
        var listen = config.get(Settings.CLUSTER_LISTEN);
        var host = listen.substring(0, listen.lastIndexOf(':'));
        if (!ca.isEmpty()) {
            requireFile(SecuritySettings.CLUSTER_CA.key(), ca);
            if (!isTls(config)) {
                throw new IllegalArgumentException(
                        "cluster.ca needs tls.certificate and tls.key, by which other nodes know this one");
            }
            requireReachable(config, Settings.HTTP_HOST.key(), config.get(Settings.HTTP_HOST));
            requireReachable(config, Settings.CLUSTER_LISTEN.key(), host);
        } else if (!InetAddress.getByName(host).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "cluster.listen " + listen + " can be reached from other machines: that needs"
                            + " cluster.ca, by which nodes know each other");
        } else if (isTls(config) && !config.get(Settings.CLUSTER_JOIN).isEmpty()) {
            throw new IllegalArgumentException(
                    "cluster.join with TLS needs cluster.ca, by which nodes know each other");
        }
    }

    /** Whoever reaches the regional cache's port and knows the members' name is one of them. */
    private static void requireSafeRegion(Config config) throws IOException {
        var bind = config.get(CacheSettings.REGIONAL_BIND);
        if (config.get(CacheSettings.REGIONAL_ENABLED)
                && config.get(SecuritySettings.CLUSTER_KEY).isEmpty()
                && !InetAddress.getByName(bind).isLoopbackAddress()) {
            throw new IllegalArgumentException(CacheSettings.REGIONAL_BIND.key() + " " + bind
                    + " can be reached from other machines: that needs a secret that all nodes share ("
                    + SecuritySettings.CLUSTER_KEY.key() + "), by which members know each other");
        }
    }

    private static void requireReachable(Config config, String setting, String host) throws IOException {
        if (InetAddress.getByName(host).isAnyLocalAddress()
                && config.get(Settings.CLUSTER_ADVERTISE).isEmpty()) {
            throw new IllegalArgumentException(setting + " " + host
                    + " is no address at which other nodes reach this one; say it with cluster.advertise");
        }
    }

    static boolean isTls(Config config) {
        return !config.get(SecuritySettings.TLS_CERTIFICATE).isEmpty()
                || !config.get(SecuritySettings.TLS_KEY).isEmpty();
    }

    private static void requireFile(String setting, String file) {
        if (file.isEmpty() || !Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException(setting + ": there is no readable file '" + file + "'");
        }
    }

    static HttpLimits limits(Config config) {
        return new HttpLimits(
                config.get(Settings.HTTP_BODY_BYTES_MAX),
                config.get(Settings.HTTP_BODY_TIMEOUT),
                config.get(Settings.HTTP_REQUESTS_MAX),
                config.get(Settings.HTTP_PENDING_BYTES_MAX),
                config.get(Settings.HTTP_CONNECTIONS_MAX),
                config.get(Settings.HTTP_CORS_ORIGINS));
    }

    static TailLimits tails(Config config) {
        return TailLimits.of(
                config.get(Settings.HTTP_TAILS_MAX),
                config.get(Settings.HTTP_TAIL_SLOW_MAX),
                config.get(Settings.HTTP_TAIL_HEARTBEAT));
    }

    /** Returns what sends spans to a collector, or null if there is none to send them to. */
    static @Nullable SpanExport spans(Config config) {
        var endpoint = config.get(Settings.TRACES_ENDPOINT);
        return endpoint.isEmpty()
                ? null
                : new SpanExport(
                        endpoint,
                        config.get(Settings.TRACES_PERCENT) / 100.0,
                        config.get(Settings.CLUSTER_NAME),
                        config.get(Settings.NODE_NAME));
    }

    static SecurityConfig security(Config config) {
        var keyFile = config.get(SecuritySettings.SECURITY_JWT_KEY_FILE);
        return new SecurityConfig(
                config.get(SecuritySettings.SECURITY_AUTHENTICATION),
                config.get(SecuritySettings.SECURITY_JWT_ISSUER),
                config.get(SecuritySettings.SECURITY_JWT_AUDIENCE),
                config.get(SecuritySettings.SECURITY_JWT_JWKS),
                keyFile.isEmpty() ? null : Path.of(keyFile),
                config.get(SecuritySettings.SECURITY_JWT_CLAIM),
                config.get(SecuritySettings.SECURITY_ANYONE_READS),
                config.get(SecuritySettings.SECURITY_REQUESTS_PER_SECOND),
                config.get(SecuritySettings.SECURITY_BYTES_PER_SECOND));
    }

    /** Returns the event loops, each of which says so when it was blocked. */
    static Vertx vertx(Config config) {
        int loops = config.get(Settings.HTTP_EVENT_LOOPS);
        var options = new VertxOptions()
                .setEventLoopPoolSize(loops == 0 ? Runtime.getRuntime().availableProcessors() : loops)
                .setWorkerPoolSize(4)
                .setBlockedThreadCheckInterval(BLOCKED.toMillis())
                .setMaxEventLoopExecuteTime(BLOCKED.toNanos())
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.NANOSECONDS);
        var transport = transport(config);
        return Vertx.builder()
                .with(options)
                .withTransport(isTls(config) ? transport : new PlainTransport(transport))
                .build();
    }

    /** @throws IllegalArgumentException if this machine does not have what the settings name */
    static Transport transport(Config config) {
        return config.get(Settings.HTTP_TRANSPORT).transport();
    }

    static HttpServerOptions options(Config config) {
        var options = new HttpServerOptions()
                .setMaxInitialLineLength(HttpLimits.LINE_BYTES_MAX)
                .setMaxHeaderSize(HttpLimits.HEADER_BYTES_MAX)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings()
                        .setInitialWindowSize(STREAM_WINDOW_BYTES)
                        .setMaxHeaderListSize(HttpLimits.HEADER_BYTES_MAX)
                        .setMaxConcurrentStreams(STREAMS_MAX))
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout(
                        Math.toIntExact(config.get(Settings.HTTP_IDLE_TIMEOUT).toSeconds()))
                .setTcpNoDelay(true);
        if (isTls(config)) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(config.get(SecuritySettings.TLS_CERTIFICATE))
                            .addKeyPath(config.get(SecuritySettings.TLS_KEY)));
            trust(options, config.get(SecuritySettings.TLS_CLIENT_CA), config.get(SecuritySettings.CLUSTER_CA));
        }
        return options;
    }

    private static void trust(HttpServerOptions options, String clientCa, String clusterCa) {
        var trusted = new PemTrustOptions();
        if (!clusterCa.isEmpty()) {
            // Nodes call on the port of everybody, so that nobody else can be made to show a certificate.
            options.setClientAuth(ClientAuth.REQUEST).setTrustOptions(trusted.addCertPath(clusterCa));
        }
        if (!clientCa.isEmpty()) {
            options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(trusted.addCertPath(clientCa));
        }
    }
}
