package io.forelog.server;

import io.forelog.raft.GroupLimits;
import io.forelog.raft.wal.WalConfig;
import io.forelog.replication.ReplicationConfig;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;

/** What the configuration says of replication. */
final class ReplicationSettings {

    private ReplicationSettings() {}

    static ReplicationConfig of(Config config) {
        var known = ReplicationConfig.DEFAULT;
        var wal = new WalConfig(
                Math.toIntExact(config.get(Settings.WAL_FILE_BYTES)),
                known.wal().filesKept(),
                known.wal().filesMax());
        return new ReplicationConfig(
                ClusterSettings.timing(config),
                limits(known.limits(), wal.payloadBytesMax() / 2),
                wal,
                Math.min(known.entryBytesMax(), wal.payloadBytesMax() / 2),
                known.entriesUnderWayMax(),
                known.waitingBytesMax(),
                config.get(Settings.COPY_BYTES_PER_SECOND),
                config.get(Settings.LEFTOVERS_GRACE));
    }

    private static GroupLimits limits(GroupLimits known, int entryBytesMax) {
        return new GroupLimits(
                entryBytesMax,
                known.pendingEntriesMax(),
                Math.max(known.pendingBytesMax(), 2L * entryBytesMax),
                known.logEntriesMax(),
                known.checkpointEntries(),
                known.checkpointBytes(),
                known.retainedEntries(),
                known.messageEntriesMax(),
                known.messageBytesMax(),
                known.cachedPayloadBytes(),
                known.manifestBytesMax());
    }
}
