package io.forelog.replication;

import io.forelog.metadata.Bounds;
import io.forelog.metadata.ClusterState;

/** From where to where a replica can give its shard to another one. */
public final class HeldBounds {

    private HeldBounds() {}

    /**
     * Returns the start and the high watermark, see {@link PeerShards#bounds}. Where nothing is let go of, what is
     * missing in the archive is damage: whoever copies is to meet it. May ask the archive, and wait for it.
     */
    public static long[] of(ShardReplica replica, long from, ClusterState state) {
        var log = state.find(replica.incarnation());
        long end = replica.highWatermark();
        boolean letsGo = log != null && !log.settings().retention().equals(Bounds.NONE);
        long start = replica.startOffset();
        return new long[] {letsGo && from < end ? Math.max(start, replica.log().wholeFrom(from)) : start, end};
    }
}
