package io.forelog.raft;

import io.microraft.impl.task.LeaderElectionTimeoutTask;
import io.microraft.impl.task.PreVoteTimeoutTask;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long an undecided election lasts before it is held again. MicroRaft waits as long each time, but for a tenth of a
 * second of its own: candidates that split the votes once split them again, and where votes take longer to come than it
 * waits, none is ever elected. Here a wait is up to twice as long by chance, and twice as long after each election that
 * ended without a leader (Raft, section 9.3, on the spread that timeouts need). Raft thread only.
 */
final class ElectionPause {

    /** Longest wait, in election timeouts: too much more would keep a group without a leader that could have one. */
    private static final int FACTOR_MAX = 8;

    private final RandomGenerator random;
    private int factor = 1;

    ElectionPause(RandomGenerator random) {
        this.random = random;
    }

    /** Returns after how long a timer of MicroRaft should go off. */
    Duration of(Runnable timer, Duration wanted) {
        return switch (timer) {
            case LeaderElectionTimeoutTask election -> {
                var pause = spread(wanted.multipliedBy(factor));
                factor = Math.min(FACTOR_MAX, 2 * factor);
                yield pause;
            }
            // Asking changes no term: a late answer to it still counts.
            case PreVoteTimeoutTask asking -> spread(wanted);
            default -> wanted;
        };
    }

    /** There is a leader. */
    void decided() {
        factor = 1;
    }

    private Duration spread(Duration pause) {
        return pause.plusNanos(random.nextLong(Math.max(1, pause.toNanos())));
    }
}
