package io.forelog.raft;

import io.microraft.impl.task.LeaderElectionTimeoutTask;
import java.time.Duration;

/**
 * How long an undecided election lasts before it is held again. MicroRaft waits as long each time: where votes take
 * longer to come than that, each comes when the next election has begun, and none is ever elected. Here the wait is
 * twice as long after each election that ended without a leader. {@link ElectionNoise} keeps candidates from meeting
 * again.
 *
 * <p>Raft thread only.
 */
final class ElectionPause {

    /** Longest wait, in election timeouts: too much more would keep a group without a leader that could have one. */
    private static final int FACTOR_MAX = 8;

    private int factor = 1;

    /** Returns after how long a timer of MicroRaft should go off. */
    Duration of(Runnable timer, Duration wanted) {
        // Nothing else: asking for votes before an election changes no term, so that a late answer still counts.
        if (!(timer instanceof LeaderElectionTimeoutTask)) {
            return wanted;
        }
        var pause = wanted.multipliedBy(factor);
        factor = Math.min(FACTOR_MAX, 2 * factor);
        return pause;
    }

    /** There is a leader. */
    void decided() {
        factor = 1;
    }
}
