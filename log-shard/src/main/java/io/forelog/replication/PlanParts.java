package io.forelog.replication;

import io.forelog.raft.RaftRuntime;
import java.time.Duration;

/**
 * What all groups of a node have in common to carry out plans.
 *
 * @param again looks again at what is due, soon and on another thread
 */
record PlanParts(
        ShardImages images,
        ShardFeeds feeds,
        ReadyChildren ready,
        CutoverPauses pauses,
        RaftRuntime runtime,
        Runnable again) {

    /** Looks again after a while. */
    void later(Duration pause) {
        runtime.schedule(pause, again);
    }
}
