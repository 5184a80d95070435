package io.forelog.server;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.global.GlobalConfig;
import io.forelog.cache.global.GlobalTier;
import io.forelog.cache.global.RedisConnection;
import io.forelog.cache.regional.RegionalConfig;
import io.forelog.cache.regional.RegionalTier;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shared tiers that a node's settings ask for, nearest first. */
final class Tiers {

    private static final String EMBEDDED = "embedded";
    private static final String OFF = "off";

    private Tiers() {}

    static List<SharedTier> of(Config config) {
        var tiers = new ArrayList<SharedTier>();
        if (config.get(Settings.CACHE_REGIONAL_ENABLED)) {
            tiers.add(new SharedTier(
                    AnsweredBy.REGIONAL,
                    new RegionalTier(new RegionalConfig(
                            config.get(Settings.CLUSTER_NAME),
                            config.get(Settings.NODE_REGION),
                            config.get(Settings.CACHE_REGIONAL_BIND),
                            config.get(Settings.CACHE_REGIONAL_PORT),
                            100,
                            null,
                            config.get(Settings.CACHE_REGIONAL_MEMBERS),
                            config.get(Settings.CACHE_REGIONAL_BYTES_MAX),
                            1)),
                    TierConfig.REGIONAL.withDeadline(config.get(Settings.CACHE_REGIONAL_DEADLINE))));
        }
        var address = config.get(Settings.CACHE_GLOBAL_ADDRESS);
        if (!address.equals(OFF)) {
            tiers.add(new SharedTier(
                    AnsweredBy.GLOBAL,
                    new GlobalTier(new GlobalConfig(
                            config.get(Settings.CLUSTER_NAME),
                            config.get(Settings.CACHE_GLOBAL_TTL),
                            address.equals(EMBEDDED)
                                    ? new RedisConnection.Embedded(
                                            Path.of(config.get(Settings.DATA)).resolve("redis"),
                                            config.get(Settings.CACHE_GLOBAL_BYTES_MAX))
                                    : new RedisConnection.Single(address, null, null))),
                    TierConfig.GLOBAL.withDeadline(config.get(Settings.CACHE_GLOBAL_DEADLINE))));
        }
        return tiers;
    }
}
