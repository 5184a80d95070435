package io.forelog.raft;

import java.time.Duration;

/**
 * Times of a group, as they pass on the wall. MicroRaft counts in whole seconds; {@code scale} of its seconds pass in
 * one of ours.
 *
 * @param scale how much faster Raft's time runs. Its fixed waits shrink with it: a lost message is sent again after 1 s
 *     / {@code scale}
 * @param heartbeatPeriod between two heartbeats of an idle leader; a whole number of Raft's seconds. Too long: a dead
 *     leader is noticed late; too short: idle groups take CPU
 * @param heartbeatTimeout of silence after which followers elect another leader, and a leader without answers of a
 *     majority steps down; a whole number of Raft's seconds. Too short: a pause of a process deposes a leader that is
 *     well; too long: writes wait after a failure
 * @param electionTimeout after which, at the earliest, an undecided election is held again; at the latest after twice
 *     that. Too short: none ends where forcing a vote takes longer; too long: a split vote adds to the time without a
 *     leader
 * @param endedTimeout of silence of a leader whose process is known to have ended, after which another is elected. No
 *     lease of a leader is longer. Too short: reads under a lease ask a majority too often; too long adds to the time
 *     without a leader
 * @param lazyForceInterval between forces for {@link Durability#BUFFERED} operations
 * @param stallTimeout after which a follower that answers and takes nothing is reported. Too short: a slow disk looks
 *     like it; too long: the group goes on with a copy less
 * @param transferQuietTimeout how long a transfer of leadership waits for its target to come near, and then, while new
 *     operations are refused, for the pending ones and for the target to have all, before it gives up
 * @param noticePause between two messages to a follower that tell it nothing but what is committed. Too short: as many
 *     messages again as the entries take; too long: followers apply, and serve, what is new late
 */
public record RaftTiming(
        int scale,
        Duration heartbeatPeriod,
        Duration heartbeatTimeout,
        Duration electionTimeout,
        Duration endedTimeout,
        Duration lazyForceInterval,
        Duration stallTimeout,
        Duration transferQuietTimeout,
        Duration noticePause) {

    public static final RaftTiming DEFAULT = new RaftTiming(
            10,
            Duration.ofMillis(100),
            Duration.ofMillis(700),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofMillis(50),
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofMillis(10));

    public RaftTiming {
        if (scale < 1) {
            throw new IllegalArgumentException("scale " + scale);
        }
        if (heartbeatTimeout.compareTo(heartbeatPeriod.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("heartbeatTimeout " + heartbeatTimeout
                    + " must be at least twice heartbeatPeriod " + heartbeatPeriod);
        }
        if (endedTimeout.isNegative() || endedTimeout.isZero() || endedTimeout.compareTo(heartbeatTimeout) > 0) {
            throw new IllegalArgumentException("endedTimeout " + endedTimeout
                    + " must be above zero and at most heartbeatTimeout " + heartbeatTimeout);
        }
        wholeSeconds(heartbeatPeriod, scale);
        wholeSeconds(heartbeatTimeout, scale);
    }

    /** Returns these times for a group of few entries, whose followers are to apply each as soon as its leader does. */
    public RaftTiming telling() {
        return new RaftTiming(
                scale,
                heartbeatPeriod,
                heartbeatTimeout,
                electionTimeout,
                endedTimeout,
                lazyForceInterval,
                stallTimeout,
                transferQuietTimeout,
                Duration.ZERO);
    }

    int heartbeatPeriodSeconds() {
        return wholeSeconds(heartbeatPeriod, scale);
    }

    int heartbeatTimeoutSeconds() {
        return wholeSeconds(heartbeatTimeout, scale);
    }

    private static int wholeSeconds(Duration duration, int scale) {
        var scaled = duration.multipliedBy(scale);
        if (!scaled.equals(Duration.ofSeconds(scaled.toSeconds())) || scaled.isZero()) {
            throw new IllegalArgumentException(
                    duration + " times " + scale + " is not a whole number of seconds above zero");
        }
        return Math.toIntExact(scaled.toSeconds());
    }
}
