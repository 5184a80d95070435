package io.forelog.replication;

import io.forelog.raft.GroupLimits;
import io.forelog.raft.RaftTiming;
import io.forelog.raft.wal.WalConfig;
import java.time.Duration;

/**
 * How groups replicate.
 *
 * @param timing of elections and heartbeats
 * @param limits of a group
 * @param wal size of a group's write-ahead log
 * @param entryBytesMax appends gathered into one entry; a larger append is an entry by itself
 * @param entriesUnderWayMax entries on their way at once
 * @param waitingBytesMax appends of a group that wait; over it they are refused
 * @param copyBytesPerSecond how fast a shard is copied to a replica that is behind
 * @param cutoverMax how long a plan may be in its cutover before its shards end; then they stay as they are. Too
 *     short: a plan is given up for an election; too long: one that cannot go on keeps its shards from others
 * @param leftoversGrace how long the files of a shard or a group that left this node stay
 */
public record ReplicationConfig(
        RaftTiming timing,
        GroupLimits limits,
        WalConfig wal,
        int entryBytesMax,
        int entriesUnderWayMax,
        long waitingBytesMax,
        long copyBytesPerSecond,
        Duration cutoverMax,
        Duration leftoversGrace) {

    public static final ReplicationConfig DEFAULT = new ReplicationConfig(
            RaftTiming.DEFAULT,
            GroupLimits.DEFAULT,
            WalConfig.DEFAULT,
            512 << 10,
            4,
            64L << 20,
            200L << 20,
            Duration.ofSeconds(30),
            Duration.ofHours(1));
}
