package io.forelog.server;

import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.storage.StorageConfig;
import io.forelog.storage.archive.ArchiveStore;
import io.forelog.storage.archive.DirectoryArchive;
import io.forelog.storage.archive.S3Archive;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How and where a node's settings say that it keeps its records. */
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

    /** Returns whether the settings name an archive. */
    static boolean isArchiving(Config config) {
        return !config.get(Settings.ARCHIVE_DIRECTORY).isEmpty()
                || !config.get(Settings.ARCHIVE_S3_BUCKET).isEmpty();
    }

    /**
     * Returns the archive that the settings name, or null for none.
     *
     * @throws IllegalArgumentException if they name two
     */
    static @Nullable ArchiveStore archive(Config config) {
        var directory = config.get(Settings.ARCHIVE_DIRECTORY);
        var bucket = config.get(Settings.ARCHIVE_S3_BUCKET);
        if (!directory.isEmpty() && !bucket.isEmpty()) {
            throw new IllegalArgumentException(
                    "archive.directory and archive.s3.bucket are both set; an archive is one of them");
        }
        if (!directory.isEmpty()) {
            return new DirectoryArchive(Path.of(directory));
        }
        if (bucket.isEmpty()) {
            return null;
        }
        var endpoint = config.get(Settings.ARCHIVE_S3_ENDPOINT);
        // Credentials come from the SDK's own chain: environment, profile, role of the machine.
        return new S3Archive(new S3Archive.Address(
                endpoint.isEmpty() ? Optional.empty() : Optional.of(URI.create(endpoint)),
                config.get(Settings.ARCHIVE_S3_REGION),
                bucket,
                config.get(Settings.ARCHIVE_S3_PREFIX),
                Optional.empty(),
                Optional.empty()));
    }
}
