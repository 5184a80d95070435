package io.forelog.server;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.global.GlobalConfig;
import io.forelog.cache.global.GlobalTier;
import io.forelog.cache.global.RedisConnection;
import io.forelog.cache.regional.RegionalConfig;
import io.forelog.cache.regional.RegionalTier;
import io.forelog.cache.value.SealingKeys;
import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import io.forelog.server.config.SecuritySettings;
import io.forelog.server.config.Setting;
import io.forelog.server.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shared tiers that a node's settings ask for, nearest first. */
final class Tiers {

    private static final String EMBEDDED = "embedded";
    private static final String OFF = "off";

    private Tiers() {}

    /** @throws IllegalArgumentException if a file that a setting names cannot be used; the message names the setting */
    static List<SharedTier> of(Config config) {
        var tiers = new ArrayList<SharedTier>();
        if (config.get(CacheSettings.REGIONAL_ENABLED)) {
            tiers.add(new SharedTier(
                    AnsweredBy.REGIONAL,
                    new RegionalTier(regional(config)),
                    TierConfig.REGIONAL.withDeadline(config.get(CacheSettings.REGIONAL_DEADLINE))));
        }
        var connection = redis(config);
        if (connection != null) {
            tiers.add(new SharedTier(
                    AnsweredBy.GLOBAL,
                    new GlobalTier(new GlobalConfig(
                            config.get(Settings.CLUSTER_NAME), config.get(CacheSettings.GLOBAL_TTL), connection)),
                    TierConfig.GLOBAL.withDeadline(config.get(CacheSettings.GLOBAL_DEADLINE))));
        }
        return tiers;
    }

    private static RegionalConfig regional(Config config) {
        var advertise = config.get(CacheSettings.REGIONAL_ADVERTISE);
        return new RegionalConfig(
                groupName(config),
                config.get(Settings.NODE_REGION),
                config.get(CacheSettings.REGIONAL_BIND),
                config.get(CacheSettings.REGIONAL_PORT),
                config.get(CacheSettings.REGIONAL_PORT_COUNT),
                advertise.isEmpty() ? null : advertise,
                config.get(CacheSettings.REGIONAL_MEMBERS),
                config.get(CacheSettings.REGIONAL_BYTES_MAX),
                config.get(CacheSettings.REGIONAL_BACKUPS));
    }

    /**
     * Returns the name by which members of the regional cache know each other. Hazelcast admits whoever says it, so
     * that with a cluster's secret part of it follows from that: who lacks the secret cannot join.
     */
    private static String groupName(Config config) {
        var cluster = config.get(Settings.CLUSTER_NAME);
        var secret = config.get(SecuritySettings.CLUSTER_KEY);
        return secret.isEmpty() ? cluster : cluster + "/" + SealingKeys.proof(cluster, secret);
    }

    /** Returns which Redis to use, or null for none. */
    private static @Nullable RedisConnection redis(Config config) {
        var redisson = config.get(CacheSettings.GLOBAL_REDISSON_FILE);
        if (!redisson.isEmpty()) {
            return new RedisConnection.Redisson(text(CacheSettings.GLOBAL_REDISSON_FILE, redisson));
        }
        var address = config.get(CacheSettings.GLOBAL_ADDRESS);
        return switch (address) {
            case OFF -> null;
            case EMBEDDED ->
                new RedisConnection.Embedded(
                        Path.of(config.get(Settings.DATA)).resolve("redis"),
                        config.get(CacheSettings.GLOBAL_BYTES_MAX));
            default ->
                new RedisConnection.Single(
                        address,
                        orNull(config.get(CacheSettings.GLOBAL_USERNAME)),
                        password(config.get(CacheSettings.GLOBAL_PASSWORD_FILE)),
                        certificates(config.get(CacheSettings.GLOBAL_CA)));
        };
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable String password(String file) {
        return file.isEmpty()
                ? null
                : text(CacheSettings.GLOBAL_PASSWORD_FILE, file)
                        .lines()
                        .findFirst()
                        .orElse("")
                        .strip();
    }

    private static @Nullable String certificates(String file) {
        return file.isEmpty() ? null : text(CacheSettings.GLOBAL_CA, file);
    }

    private static String text(Setting<String> setting, String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException(setting.key() + ": there is no readable file '" + file + "'", e);
        }
    }
}
