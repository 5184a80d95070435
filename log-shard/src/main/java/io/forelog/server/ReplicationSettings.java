package io.forelog.server;

import io.forelog.raft.GroupLimits;
import io.forelog.raft.wal.WalConfig;
import io.forelog.replication.ReplicationConfig;
import io.forelog.server.config.Config;
import io.forelog.server.config.GroupSettings;
import io.forelog.server.config.Settings;

/** What the configuration says of replication. */
final class ReplicationSettings {

    private ReplicationSettings() {}

    static ReplicationConfig of(Config config) {
        var wal = new WalConfig(
                Math.toIntExact(config.get(Settings.WAL_FILE_BYTES)),
                config.get(GroupSettings.WAL_FILES_KEPT),
                config.get(GroupSettings.WAL_FILES_MAX));
        int entryBytesMax = wal.payloadBytesMax() / 2;
        return new ReplicationConfig(
                ClusterSettings.timing(config),
                limits(config, entryBytesMax),
                wal,
                (int) Math.min(config.get(GroupSettings.ENTRY_BYTES_MAX), entryBytesMax),
                config.get(GroupSettings.ENTRIES_UNDER_WAY_MAX),
                config.get(GroupSettings.WAITING_BYTES_MAX),
                config.get(Settings.COPY_BYTES_PER_SECOND),
                config.get(GroupSettings.CUTOVER_MAX),
                config.get(Settings.LEFTOVERS_GRACE));
    }

    private static GroupLimits limits(Config config, int entryBytesMax) {
        return new GroupLimits(
                entryBytesMax,
                config.get(GroupSettings.PENDING_ENTRIES_MAX),
                Math.max(config.get(GroupSettings.PENDING_BYTES_MAX), 2L * entryBytesMax),
                config.get(GroupSettings.LOG_ENTRIES_MAX),
                config.get(GroupSettings.CHECKPOINT_ENTRIES),
                config.get(GroupSettings.CHECKPOINT_BYTES),
                config.get(GroupSettings.RETAINED_ENTRIES),
                config.get(GroupSettings.RETAINED_BYTES),
                config.get(GroupSettings.MESSAGE_ENTRIES_MAX),
                Math.toIntExact(config.get(GroupSettings.MESSAGE_BYTES_MAX)),
                config.get(GroupSettings.CACHED_PAYLOAD_BYTES),
                GroupLimits.DEFAULT.manifestBytesMax());
    }
}
