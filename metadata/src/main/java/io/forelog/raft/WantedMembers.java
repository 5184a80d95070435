package io.forelog.raft;

import java.util.List;
import java.util.Optional;

/**
 * What a group should be made of.
 *
 * @param members who should hold a replica; of several that could be promoted the first are
 * @param voters how many of them should vote; the others learn
 * @param preferred who should lead while it can; empty if it does not matter
 */
public record WantedMembers(List<MemberId> members, int voters, Optional<MemberId> preferred) {

    public WantedMembers {
        members = List.copyOf(members);
        if (voters < 1 || voters > members.size()) {
            throw new IllegalArgumentException(voters + " voters of " + members);
        }
        if (preferred.isPresent() && !members.contains(preferred.get())) {
            throw new IllegalArgumentException("preferred " + preferred.get() + " is none of " + members);
        }
    }

    /** Returns the largest odd number of voters among so many members: one more would make no loss survivable. */
    public static int oddVoters(int members, int max) {
        int voters = Math.min(members, max);
        return voters % 2 == 0 ? Math.max(1, voters - 1) : voters;
    }
}
