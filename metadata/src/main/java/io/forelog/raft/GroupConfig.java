package io.forelog.raft;

import io.forelog.raft.wal.WalConfig;
import java.util.List;

/**
 * One replica of a group.
 *
 * @param group name of the group, the same on all members; its channel on the network
 * @param self this replica
 * @param initialMembers the voters with which the group was first made, the same on all members for ever, also on those
 *     that join later. Used only when the replica's directory is empty
 * @param timing times
 * @param limits sizes
 * @param wal size of the write-ahead log
 */
public record GroupConfig(
        String group,
        MemberId self,
        List<MemberId> initialMembers,
        RaftTiming timing,
        GroupLimits limits,
        WalConfig wal) {

    public GroupConfig {
        initialMembers = List.copyOf(initialMembers);
        if (initialMembers.isEmpty()) {
            throw new IllegalArgumentException("a group without members: " + group);
        }
        if (limits.entryBytesMax() > wal.payloadBytesMax() / 2) {
            throw new IllegalArgumentException("entryBytesMax " + limits.entryBytesMax()
                    + " must fit twice into a file of " + wal.fileBytes() + " bytes");
        }
    }

    /** Returns a replica with the defaults. */
    public static GroupConfig of(String group, MemberId self, List<MemberId> initialMembers) {
        return new GroupConfig(group, self, initialMembers, RaftTiming.DEFAULT, GroupLimits.DEFAULT, WalConfig.DEFAULT);
    }

    /** Returns the size of the largest manifest. */
    public int manifestBytesMax() {
        return limits.manifestBytesMax();
    }
}
