package io.forelog.raft;

/** One change on the way from the members that a group has to those that it should have. */
public sealed interface GroupStep {

    /** Lets a member learn. */
    record Add(MemberId member) implements GroupStep {}

    /** Makes a member a voter. */
    record Promote(MemberId member) implements GroupStep {}

    /** Removes a member. */
    record Remove(MemberId member) implements GroupStep {}

    /** Hands leadership to another voter. */
    record Transfer(MemberId to) implements GroupStep {}
}
