package io.forelog.raft;

import io.forelog.raft.transport.FrameReader;
import java.nio.charset.StandardCharsets;

/**
 * A replica of a group. A replica that lost its disk, or left and let its files go, forgot its votes, so it must not
 * come back as the same member: it joins under another incarnation.
 *
 * @param node name of the node that holds the replica, at most 200 bytes
 * @param incarnation tells the replicas that the group had on this node one after another apart
 */
public record MemberId(String node, int incarnation) implements Comparable<MemberId> {

    private static final int NODE_BYTES_MAX = 200;

    public MemberId {
        var bytes = node.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > Math.min(NODE_BYTES_MAX, FrameReader.NAME_BYTES_MAX)) {
            throw new IllegalArgumentException("a node's name has 1 to " + NODE_BYTES_MAX + " bytes: " + node);
        }
        if (incarnation < 0) {
            throw new IllegalArgumentException("negative incarnation " + incarnation);
        }
    }

    /** Returns the first replica on {@code node}. */
    public static MemberId of(String node) {
        return new MemberId(node, 0);
    }

    /** Returns the replica that takes this one's place on the same node. */
    public MemberId next() {
        return new MemberId(node, incarnation + 1);
    }

    @Override
    public int compareTo(MemberId other) {
        var byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : Integer.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return node + "#" + incarnation;
    }
}
