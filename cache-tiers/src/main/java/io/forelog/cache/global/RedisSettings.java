package io.forelog.cache.global;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.SslVerificationMode;

/**
 * Redisson's configuration: few threads, no retries (a late answer of a cache is none), fast notice of a lost server.
 */
final class RedisSettings {

    private static final int THREADS = 2;
    private static final int CONNECTIONS = 16;
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final int RESPONSE_TIMEOUT_MILLIS = 2_000;
    private static final int PING_EVERY_MILLIS = 2_000;
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
    private static final Pattern ADDRESS = Pattern.compile("rediss?://[^\\s/@]+:\\d{1,5}");

    private RedisSettings() {}

    /**
     * @throws IllegalArgumentException if Redisson cannot read it; the text, which may hold passwords, is not shown
     */
    static Config of(String yaml) {
        try {
            return Config.fromYAML(yaml);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "not a configuration of Redisson's: " + e.getClass().getSimpleName());
        }
    }

    /**
     * @throws IllegalArgumentException if the address or the certificates are none
     */
    static Config single(RedisConnection.Single server) {
        var config = new Config()
                .setCodec(ByteArrayCodec.INSTANCE)
                .setThreads(THREADS)
                .setNettyThreads(THREADS)
                .setUsername(server.username())
                .setPassword(server.password())
                .setSslVerificationMode(SslVerificationMode.STRICT);
        if (server.certificates() != null) {
            config.setSslTrustManagerFactory(trusting(server.certificates()));
        }
        config.useSingleServer()
                .setAddress(requireAddress(server.address()))
                .setConnectionPoolSize(CONNECTIONS)
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0)
                .setDnsMonitoringInterval(-1)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTimeout(RESPONSE_TIMEOUT_MILLIS)
                .setRetryAttempts(0)
                // Redisson's timer turns by what is left of this after tenths of a second: with the delay that it draws
                // by default, up to a hundred times a second.
                .setRetryDelay(new ConstantDelay(RETRY_DELAY))
                .setPingConnectionInterval(PING_EVERY_MILLIS);
        return config;
    }

    private static String requireAddress(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "a Redis is redis://HOST:PORT, or rediss:// for TLS, not '" + address + "'");
        }
        return address;
    }

    private static TrustManagerFactory trusting(String certificates) {
        try {
            var read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(certificates.getBytes(StandardCharsets.US_ASCII)));
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var certificate : read) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new IllegalArgumentException("there is no certificate among those that sign Redis' own");
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the certificates that sign Redis' own cannot be read: " + e.getMessage(), e);
        }
    }
}
