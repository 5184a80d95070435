package io.forelog.server.cluster;

import io.forelog.raft.MemberId;
import java.util.List;
import java.util.Map;

/**
 * What a node of a cluster says of it.
 *
 * @param node name of the node that answers
 * @param disk identity of its data directory
 * @param cluster identity of the cluster, empty while the node belongs to none
 * @param incarnation of the node that asked, as the cluster knows it; {@link #REMOVED} if it was removed for ever
 * @param founders the members with which the metadata group began
 * @param nodes where the nodes are
 */
record JoinAnswer(
        String node,
        String disk,
        String cluster,
        int incarnation,
        List<MemberId> founders,
        Map<String, Identity.Address> nodes) {

    static final int REMOVED = -1;
}
