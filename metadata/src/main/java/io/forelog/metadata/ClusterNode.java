package io.forelog.metadata;

import io.forelog.raft.MemberId;

/**
 * A node of the cluster.
 *
 * @param name unique in the cluster, for ever the same
 * @param incarnation raised each time the node came back without its disk: what it held, voted and acknowledged is
 *     forgotten, so it comes as another member of its groups
 * @param disk identity of its data directory
 * @param region where it stands; replicas are spread over regions
 * @param http HOST:PORT where the API and the calls of other nodes are served
 * @param raft HOST:PORT where its replication groups are reached
 * @param draining whether leadership and replicas are kept away from it
 */
public record ClusterNode(
        String name, int incarnation, String disk, String region, String http, String raft, boolean draining) {

    /** Returns this node as a member of a group. */
    public MemberId member() {
        return new MemberId(name, incarnation);
    }

    ClusterNode with(boolean drained) {
        return new ClusterNode(name, incarnation, disk, region, http, raft, drained);
    }
}
