package io.forelog.raft;

import java.time.Duration;

/**
 * A follower or learner, as its leader sees it.
 *
 * @param member the follower
 * @param matchIndex last index known to be the same as the leader's, 0 if not yet known
 * @param lag entries of the leader's log that it lacks
 * @param silence time since it answered last
 * @param standstill time since {@code matchIndex} rose last, while there was something to take
 * @param installing whether it is being sent a checkpoint, which may take long
 */
public record FollowerProgress(
        MemberId member, long matchIndex, long lag, Duration silence, Duration standstill, boolean installing) {}
