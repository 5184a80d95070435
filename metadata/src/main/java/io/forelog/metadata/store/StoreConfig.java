package io.forelog.metadata.store;

import io.forelog.raft.GroupConfig;
import io.forelog.raft.GroupLimits;
import io.forelog.raft.MemberId;
import io.forelog.raft.RaftTiming;
import io.forelog.raft.wal.WalConfig;
import java.time.Duration;
import java.util.List;

/**
 * One replica of the metadata store.
 *
 * @param self this replica
 * @param founders the members with which the cluster began, the same on all nodes for ever
 * @param timing times of the group
 * @param submitTimeout how long a command is tried before its submitter is told that it failed or that its outcome is
 *     unknown. Too short: an election of a leader shows; too long: callers wait while there is none
 * @param pendingMax commands under way here; more are refused
 */
public record StoreConfig(
        MemberId self, List<MemberId> founders, RaftTiming timing, Duration submitTimeout, int pendingMax) {

    /** Name of the group, and its channel on the network. */
    public static final String GROUP = "metadata";

    public static final Duration SUBMIT_TIMEOUT = Duration.ofSeconds(10);
    public static final int PENDING_MAX = 10_000;
    static final int COMMAND_BYTES_MAX = 1 << 20;
    static final int MANIFEST_BYTES_MAX = 8 << 20;

    /**
     * Commands are few and small; a manifest is all of the state, compressed, and 8 MiB hold more than 100,000 shards.
     * It is written whole at each checkpoint, hence not at every few commands.
     */
    private static final GroupLimits LIMITS = new GroupLimits(
            COMMAND_BYTES_MAX,
            PENDING_MAX,
            16L << 20,
            50_000,
            2_000,
            8L << 20,
            1_000,
            8L << 20,
            512,
            2 << 20,
            8L << 20,
            MANIFEST_BYTES_MAX);

    private static final WalConfig WAL = new WalConfig(4 << 20, 4, 64);

    public StoreConfig {
        founders = List.copyOf(founders);
    }

    /** Returns a replica with the defaults. */
    public static StoreConfig of(MemberId self, List<MemberId> founders) {
        return new StoreConfig(self, founders, RaftTiming.DEFAULT, SUBMIT_TIMEOUT, PENDING_MAX);
    }

    /** Commands are few, and appends wait on every node for what some of them say. */
    GroupConfig group() {
        return new GroupConfig(GROUP, self, founders, timing.telling(), LIMITS, WAL);
    }
}
