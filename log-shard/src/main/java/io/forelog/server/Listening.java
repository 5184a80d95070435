package io.forelog.server;

import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.server.http.HttpLimits;
import io.forelog.server.security.SecurityConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
        boolean hasKeys = config.get(Settings.SECURITY_AUTHENTICATION);
        if (isTls(config)) {
            requireFile(Settings.TLS_CERTIFICATE.key(), config.get(Settings.TLS_CERTIFICATE));
            requireFile(Settings.TLS_KEY.key(), config.get(Settings.TLS_KEY));
        }
        if (InetAddress.getByName(host).isLoopbackAddress() || isTls(config) && hasKeys) {
            return;
        }
        throw new IllegalArgumentException("http.host " + host + " can be reached from other machines: that needs"
                + (isTls(config) ? "" : " TLS (tls.certificate and tls.key; ./forelog certs init makes a first pair)")
                + (isTls(config) || hasKeys ? "" : " and")
                + (hasKeys ? "" : " authentication (security.authentication=true)"));
    }

    static boolean isTls(Config config) {
        return !config.get(Settings.TLS_CERTIFICATE).isEmpty() || !config.get(Settings.TLS_KEY).isEmpty();
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

    static SecurityConfig security(Config config) {
        var keyFile = config.get(Settings.SECURITY_JWT_KEY_FILE);
        return new SecurityConfig(
                config.get(Settings.SECURITY_AUTHENTICATION),
                config.get(Settings.SECURITY_JWT_ISSUER),
                config.get(Settings.SECURITY_JWT_AUDIENCE),
                config.get(Settings.SECURITY_JWT_JWKS),
                keyFile.isEmpty() ? null : Path.of(keyFile),
                config.get(Settings.SECURITY_JWT_CLAIM),
                config.get(Settings.SECURITY_ANYONE_READS),
                config.get(Settings.SECURITY_REQUESTS_PER_SECOND),
                config.get(Settings.SECURITY_BYTES_PER_SECOND));
    }

    /** Returns the event loops, each of which says so when it was blocked. */
    static Vertx vertx(Config config) {
        int loops = config.get(Settings.HTTP_EVENT_LOOPS);
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(loops == 0 ? Runtime.getRuntime().availableProcessors() : loops)
                .setWorkerPoolSize(4)
                .setBlockedThreadCheckInterval(BLOCKED.toMillis())
                .setMaxEventLoopExecuteTime(BLOCKED.toNanos())
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.NANOSECONDS));
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
                .setIdleTimeout(Math.toIntExact(config.get(Settings.HTTP_IDLE_TIMEOUT).toSeconds()))
                .setTcpNoDelay(true);
        if (isTls(config)) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(config.get(Settings.TLS_CERTIFICATE))
                            .addKeyPath(config.get(Settings.TLS_KEY)));
            var clientCa = config.get(Settings.TLS_CLIENT_CA);
            if (!clientCa.isEmpty()) {
                options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(new PemTrustOptions().addCertPath(clientCa));
            }
        }
        return options;
    }
}
