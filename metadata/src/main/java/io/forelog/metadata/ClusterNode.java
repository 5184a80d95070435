package io.forelog.metadata;

import io.forelog.raft.MemberId;
import java.time.Duration;

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
 * @param leaving whether it is being removed for ever: it goes once other nodes hold what it holds
 * @param silence for how long it had not answered when a leader of the metadata told so last; zero while it answers
 */
public record ClusterNode(
        String name,
        int incarnation,
        String disk,
        String region,
        String http,
        String raft,
        boolean draining,
        boolean leaving,
        Duration silence) {

    /** Returns whether it may lead groups and be given replicas. */
    public boolean isActive() {
        return !draining && !leaving;
    }

    /** Returns this node as a member of the metadata's group. */
    public MemberId member() {
        return new MemberId(name, incarnation);
    }

    ClusterNode with(boolean drained) {
        return new ClusterNode(name, incarnation, disk, region, http, raft, drained, leaving, silence);
    }

    /** It says itself where it is: so it answers. */
    ClusterNode at(String inRegion, String newHttp, String newRaft) {
        return new ClusterNode(name, incarnation, disk, inRegion, newHttp, newRaft, draining, leaving, Duration.ZERO);
    }

    ClusterNode renewed(String newDisk) {
        return new ClusterNode(name, incarnation + 1, newDisk, region, http, raft, draining, leaving, silence);
    }

    ClusterNode removed() {
        return new ClusterNode(name, incarnation, disk, region, http, raft, draining, true, silence);
    }

    ClusterNode silentFor(Duration told) {
        return new ClusterNode(name, incarnation, disk, region, http, raft, draining, leaving, told);
    }
}
