package io.forelog.raft;

import io.microraft.RaftConfig;
import io.microraft.impl.log.RaftLog;

/** MicroRaft's configuration for a group. */
final class RaftSettings {

    private static final int REPORT_PERIOD_SECONDS = 1;

    private RaftSettings() {}

    static RaftConfig of(RaftTiming timing, GroupLimits limits) {
        return RaftConfig.newBuilder()
                .setLeaderHeartbeatPeriodSecs(timing.heartbeatPeriodSeconds())
                .setLeaderHeartbeatTimeoutSecs(timing.heartbeatTimeoutSeconds())
                .setLeaderElectionTimeoutMillis(timing.electionTimeout().toMillis() * timing.scale())
                .setAppendEntriesRequestBatchSize(limits.messageEntriesMax())
                .setCommitCountToTakeSnapshot(Integer.MAX_VALUE)
                .setMaxPendingLogEntryCount(pendingFor(limits.logEntriesMax()))
                .setTransferSnapshotsFromFollowersEnabled(false)
                .setRaftNodeReportPublishPeriodSecs(REPORT_PERIOD_SECONDS)
                .build();
    }

    /**
     * Returns the number of pending entries for which MicroRaft makes a log of {@code logEntriesMax}.
     *
     * <p>MicroRaft takes a snapshot at every n-th entry, on its own thread and whether or not the state machine has
     * reached it, and cannot be told not to. So n is the largest there is, 2<sup>31</sup> - 1. The size of its log is a
     * sum of n and of the pending entries that it allows, in arithmetic of 32 bits, and must come out as wanted;
     * admission bounds what is pending ({@link Submissions}), not MicroRaft.
     */
    static int pendingFor(int logEntriesMax) {
        return logEntriesMax - RaftLog.getLogCapacity(Integer.MAX_VALUE, 0);
    }
}
