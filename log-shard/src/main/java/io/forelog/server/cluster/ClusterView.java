package io.forelog.server.cluster;

import io.forelog.metadata.ClusterNode;
import io.forelog.server.http.NodesApi;

/** What this node sees of the others: over its network, and in the group of the metadata. */
public final class ClusterView implements NodesApi.Cluster {

    private final ClusterParts parts;

    public ClusterView(ClusterParts parts) {
        this.parts = parts;
    }

    @Override
    public boolean isUp(String node) {
        return node.equals(parts.identity().node()) || parts.network().isConnected(node);
    }

    @Override
    public String role(ClusterNode node) {
        var status = parts.metadata().group().status();
        var member = node.member();
        if (status.leader().filter(member::equals).isPresent()) {
            return "leader";
        }
        if (status.membership().voters().contains(member)) {
            return "voter";
        }
        return status.membership().members().contains(member) ? "learner" : "none";
    }
}
