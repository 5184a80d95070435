package io.forelog.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a backup holds, itself its object {@value #OBJECT}.
 *
 * @param layout of this document; a restore of another release knows by it whether it can read it
 * @param takenAt when it was begun, RFC 3339
 */
record BackupManifest(int layout, String takenAt, List<LogCopy> logs) {

    static final String OBJECT = "backup.json";
    static final int LAYOUT = 2;
    /** In which every shard began at offset 0. */
    static final int LAYOUT_OLDEST = 1;

    BackupManifest {
        logs = List.copyOf(logs);
    }

    /**
     * A log.
     *
     * @param settings as the API shows and takes them
     * @param valueBytes of the longest value in it
     * @param shards by number
     */
    record LogCopy(String name, JsonNode settings, int valueBytes, List<ShardCopy> shards, List<CursorCopy> cursors) {

        LogCopy {
            shards = List.copyOf(shards);
            cursors = List.copyOf(cursors);
        }
    }

    /**
     * A shard with its records.
     *
     * @param from the first hash of its range, 16 hexadecimal digits
     * @param start of its first record; what was below retention had deleted
     * @param end after its last record
     * @param digest of its records, as {@link RecordsDigest} makes it
     */
    record ShardCopy(
            int shard,
            boolean sealed,
            String from,
            String last,
            List<Integer> parents,
            long start,
            long end,
            String digest,
            List<Part> parts) {

        ShardCopy {
            parents = List.copyOf(parents);
            parts = List.copyOf(parts);
        }

        long records() {
            return end - start;
        }
    }

    /**
     * Record batches, one after another.
     *
     * @param object its name in the store
     */
    record Part(String object, long bytes, String sha256) {}

    /**
     * A named reader.
     *
     * @param addresses what it reads next, in each shard that it has begun
     */
    record CursorCopy(String name, List<String> addresses) {

        CursorCopy {
            addresses = List.copyOf(addresses);
        }
    }
}
