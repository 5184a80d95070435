package io.forelog.raft;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A replica at a moment.
 *
 * @param self this member
 * @param role its role
 * @param term the current term
 * @param leader who leads in it, if known
 * @param leading whether this member leads and has applied all that earlier leaders committed
 * @param lastIndex last entry of its log
 * @param commitIndex last entry known to be committed
 * @param appliedIndex last entry applied by the state machine
 * @param checkpointIndex entry up to which a checkpoint lets the log go
 * @param membership the members
 * @param followers progress of each other member if this one leads, else empty
 * @param pendingEntries operations submitted here and not yet answered
 * @param storageFull whether the last entries were refused for want of room
 * @param committed operations submitted here that were committed and applied, since the start
 * @param commitNanos what they took together, from their submission to their answer
 */
public record GroupStatus(
        MemberId self,
        Role role,
        int term,
        Optional<MemberId> leader,
        boolean leading,
        long lastIndex,
        long commitIndex,
        long appliedIndex,
        long checkpointIndex,
        Membership membership,
        List<FollowerProgress> followers,
        int pendingEntries,
        boolean storageFull,
        long committed,
        long commitNanos) {

    public GroupStatus {
        followers = List.copyOf(followers);
    }

    /** Returns who could lead best in place of this leader: the voter that is there and lacks least. */
    public Optional<MemberId> successor() {
        if (!leading) {
            return Optional.empty();
        }
        return followers.stream()
                .filter(follower -> membership.voters().contains(follower.member()))
                .filter(follower -> follower.silence().compareTo(ReconcilerConfig.DEFAULT.silenceMax()) < 0)
                .min(Comparator.comparingLong(FollowerProgress::lag))
                .map(FollowerProgress::member);
    }
}
