package io.forelog.metadata;

import io.forelog.record.Compression;
import org.jspecify.annotations.Nullable;

/**
 * How a log is divided, kept and acknowledged.
 *
 * @param shards open shards at creation; more spread the load, each costs a queue and some memory
 * @param replicas copies of each record; three survive the loss of one node
 * @param ack when an append is acknowledged, unless the call says otherwise
 * @param fsync when an append is forced to disk
 * @param keyDelimiter what ends the locality prefix of a key, or null to hash whole keys
 * @param retention what is deleted
 * @param archive what is moved to the archive store
 * @param critical whether its records are admitted to the global cache at once
 * @param valueBytesMax the largest value
 * @param compression of batches that the server builds
 */
public record LogSettings(
        int shards,
        int replicas,
        Ack ack,
        Fsync fsync,
        @Nullable String keyDelimiter,
        Bounds retention,
        Bounds archive,
        boolean critical,
        int valueBytesMax,
        Compression compression) {

    public static final int SHARDS_MAX = 1024;
    public static final int REPLICAS_MAX = 9;
    public static final int VALUE_BYTES_DEFAULT = 1 << 20;
    public static final int VALUE_BYTES_MAX = 16 << 20;

    public LogSettings {
        requireRange("shards", shards, 1, SHARDS_MAX);
        requireRange("replicas", replicas, 1, REPLICAS_MAX);
        requireRange("valueBytesMax", valueBytesMax, 1, VALUE_BYTES_MAX);
        if (keyDelimiter != null && (keyDelimiter.isEmpty() || keyDelimiter.length() > 16)) {
            throw new IllegalArgumentException("keyDelimiter has 1 to 16 characters, not " + keyDelimiter.length());
        }
    }

    /** Returns the settings of a log created without any, with this many replicas. */
    public static LogSettings defaults(int replicas) {
        return new LogSettings(
                4,
                replicas,
                Ack.QUORUM,
                Fsync.ALWAYS,
                null,
                Bounds.NONE,
                Bounds.NONE,
                false,
                VALUE_BYTES_DEFAULT,
                Compression.NONE);
    }

    /** Returns these settings with another number of shards. */
    public LogSettings withShards(int count) {
        return new LogSettings(
                count, replicas, ack, fsync, keyDelimiter, retention, archive, critical, valueBytesMax, compression);
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + min + " to " + max + ", not " + value);
        }
    }
}
