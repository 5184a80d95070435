package io.forelog.raft;

import java.util.Optional;

/** Told of what happens to a replica, by the thread that applies, in order with what is applied. */
public interface GroupListener {

    /** This member leads, and all that earlier leaders committed is applied here. */
    default void onLeading(int term) {}

    /** This member, which led in {@code term}, leads no more. Its pending operations have failed or will. */
    default void onFollowing(int term, Optional<MemberId> leader) {}

    /** A follower of this leader answers, yet takes no entries: replace it. Told once for each stall. */
    default void onStalled(FollowerProgress follower) {}

    /** The membership has changed. */
    default void onMembership(Membership membership) {}

    /** The replica has stopped for good, by an error that it cannot survive; or it was removed. */
    default void onStopped(Throwable cause) {}
}
