package io.forelog.server;

import io.forelog.cache.value.AesGcmSealer;
import io.forelog.cache.value.SealingKeys;
import io.forelog.cache.value.ValueSealer;
import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import io.forelog.server.config.SecuritySettings;
import io.forelog.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * With which keys a node seals what leaves it for a shared cache: those of a file, else one that follows from the
 * cluster's key. Where callers or nodes must prove who they are, nothing leaves unsealed: without either, a node that
 * shares its caches does not start, and one whose caches are its own seals with a key that only it knows.
 */
final class Sealing {

    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);
    private static final int KEY_BYTES = 32;

    private final @Nullable Path file;
    private final @Nullable AesGcmSealer sealer;
    private String text;

    private Sealing(@Nullable Path file, String text, @Nullable AesGcmSealer sealer) {
        this.file = file;
        this.text = text;
        this.sealer = sealer;
    }

    /** @throws IllegalArgumentException if the file of keys is none; the message names the setting, and no key */
    static Sealing of(Config config) {
        var cluster = config.get(Settings.CLUSTER_NAME);
        var secret = config.get(SecuritySettings.CLUSTER_KEY);
        var named = config.get(CacheSettings.SEALING_KEY_FILE);
        if (!named.isEmpty()) {
            var file = Path.of(named);
            try {
                var text = Files.readString(file);
                return new Sealing(file, text, new AesGcmSealer(cluster, SealingKeys.parse(text)));
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        CacheSettings.SEALING_KEY_FILE.key() + ": '" + named + "' is no file of keys: "
                                + e.getMessage(),
                        e);
            }
        }
        if (!secret.isEmpty()) {
            return new Sealing(null, "", new AesGcmSealer(cluster, SealingKeys.derived(cluster, secret)));
        }
        if (isSecure(config)) {
            if (isShared(config)) {
                throw new IllegalArgumentException(
                        "callers or nodes must prove who they are, and other nodes share this"
                                + " one's caches: what goes there must be sealed with a key that all of them have, in "
                                + CacheSettings.SEALING_KEY_FILE.key() + " or " + SecuritySettings.CLUSTER_KEY.key());
            }
            var key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            return new Sealing(null, "", new AesGcmSealer(cluster, SealingKeys.of(0, key)));
        }
        return new Sealing(null, "", null);
    }

    private static boolean isSecure(Config config) {
        return config.get(SecuritySettings.SECURITY_AUTHENTICATION)
                || !config.get(SecuritySettings.CLUSTER_CA).isEmpty();
    }

    /** With a key of its own each node would take the others' values for forged ones. */
    private static boolean isShared(Config config) {
        return config.get(CacheSettings.REGIONAL_ENABLED)
                        && !config.get(CacheSettings.REGIONAL_MEMBERS).isEmpty()
                || !config.get(CacheSettings.GLOBAL_REDISSON_FILE).isEmpty()
                || config.get(CacheSettings.GLOBAL_ADDRESS).contains("://");
    }

    ValueSealer sealer() {
        return sealer == null ? ValueSealer.NONE : sealer;
    }

    /** Reads the keys again if their file has changed; one that is damaged changes nothing. Called by one thread. */
    void refresh() {
        if (file == null || sealer == null) {
            return;
        }
        try {
            var now = Files.readString(file);
            if (!now.equals(text)) {
                var keys = SealingKeys.parse(now);
                sealer.rotate(keys);
                text = now;
                LOG.info("what goes into shared caches is sealed with key {} from now on", keys.current());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("the keys in {} cannot be used, the ones before still are: {}", file, e.getMessage());
        }
    }
}
