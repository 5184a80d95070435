package io.forelog.manager;

import java.util.List;

/**
 * All that a decision rests on, but for the policy.
 *
 * @param nowMillis since the epoch
 * @param shards the open ones
 * @param sealed those that have ended, and have bytes on disks
 * @param archives whether there is an archive store
 * @param announced descriptors that are neither used nor withdrawn
 * @param bytesLastHour moved by plans within the last hour
 * @param experience what plans have gained until now
 * @param pins the keys whose reads are spread
 */
public record ClusterView(
        long nowMillis,
        List<ShardView> shards,
        List<SealedView> sealed,
        boolean archives,
        List<NodeView> nodes,
        List<Descriptor> announced,
        long bytesLastHour,
        Experience experience,
        List<PinView> pins) {

    /** A cluster in which no key is hot. */
    public ClusterView(
            long nowMillis,
            List<ShardView> shards,
            List<SealedView> sealed,
            boolean archives,
            List<NodeView> nodes,
            List<Descriptor> announced,
            long bytesLastHour,
            Experience experience) {
        this(nowMillis, shards, sealed, archives, nodes, announced, bytesLastHour, experience, List.of());
    }

    /** A cluster in which nothing is sealed. */
    public ClusterView(
            long nowMillis,
            List<ShardView> shards,
            List<NodeView> nodes,
            List<Descriptor> announced,
            long bytesLastHour,
            Experience experience) {
        this(nowMillis, shards, List.of(), false, nodes, announced, bytesLastHour, experience);
    }
}
