package io.forelog.raft;

/** What a member is at a moment. */
public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LEARNER
}
