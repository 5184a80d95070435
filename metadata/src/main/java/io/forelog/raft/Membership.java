package io.forelog.raft;

import java.util.List;

/**
 * Who belongs to a group.
 *
 * @param index of the log entry that set it, 0 for the first
 * @param members all members, in order of joining
 * @param voters members that elect and count for commits; the others learn
 */
public record Membership(long index, List<MemberId> members, List<MemberId> voters) {

    public Membership {
        members = List.copyOf(members);
        voters = List.copyOf(voters);
        if (!members.containsAll(voters)) {
            throw new IllegalArgumentException("voters " + voters + " beside members " + members);
        }
    }
}
