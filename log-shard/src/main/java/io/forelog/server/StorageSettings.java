package io.forelog.server;

import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.storage.StorageConfig;

/** How a node's settings say that it keeps its records. */
final class StorageSettings {

    private StorageSettings() {}

    static StorageConfig of(Config config) {
        var defaults = StorageConfig.defaults();
        return defaults.withSegments(
                        Math.toIntExact(config.get(Settings.SEGMENT_BYTES)), config.get(Settings.SEGMENT_RECORDS_MAX))
                .withFreeBytesMin(config.get(Settings.FREE_BYTES_MIN))
                .withOpenMax(config.get(Settings.OPEN_QUEUES_MAX), config.get(Settings.MAPPED_SEGMENTS_MAX))
                .withScrub(defaults.recheckAfter(), config.get(Settings.SCRUB_BYTES_PER_SECOND));
    }
}
