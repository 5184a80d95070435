package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataStore;
import java.util.TreeMap;

/** The nodes of the cluster, and keeping work away from one. */
public final class NodesApi {

    /** What this node sees of the others. Called on an event loop: must not block. */
    public interface Cluster {

        /** Returns whether a node is there, as far as this one can tell. */
        boolean isUp(String node);

        /** Returns what a node is to the metadata: {@code leader}, {@code voter}, {@code learner} or {@code none}. */
        String role(ClusterNode node);
    }

    private final MetadataStore metadata;
    private final Cluster cluster;

    NodesApi(MetadataStore metadata, Cluster cluster) {
        this.metadata = metadata;
        this.cluster = cluster;
    }

    void register(Routes routes) {
        routes.get("/v1/nodes", this::list);
        routes.post("/v1/nodes/{node}/drain", call -> drain(call, true));
        routes.post("/v1/nodes/{node}/undrain", call -> drain(call, false));
    }

    private void list(Call call) {
        var state = metadata.state();
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("nodes");
        new TreeMap<>(state.nodes()).values().forEach(node -> list.add(toJson(state, node)));
        call.json(200, document);
    }

    private void drain(Call call, boolean draining) {
        var name = Percent.decodeText(call.rawParameter(0));
        if (!metadata.state().nodes().containsKey(name)) {
            throw new ProblemException(Problem.of(
                    404, "no-such-node", "There is no such node", "the cluster has no node '" + name + "'; GET /v1/nodes lists them"));
        }
        call.on(metadata.submit(new DrainNode(name, draining)), state -> {
            var node = state.nodes().get(name);
            if (node == null) {
                throw new IllegalStateException("node '" + name + "' went while it was drained");
            }
            call.json(200, toJson(state, node));
        });
    }

    private ObjectNode toJson(ClusterState state, ClusterNode node) {
        var up = cluster.isUp(node.name());
        var document = Call.JSON
                .createObjectNode()
                .put("name", node.name())
                .put("role", cluster.role(node))
                .put("region", node.region())
                .put("state", !up ? "down" : node.draining() ? "draining" : "up")
                .put("draining", node.draining())
                .put("http", node.http())
                .put("incarnation", node.incarnation());
        var leads = document.putArray("leads");
        var holds = document.putArray("holds");
        for (var group : state.groups()) {
            if (node.name().equals(group.leader())) {
                leads.add(group.id());
            }
            if (group.members().contains(node.name())) {
                holds.add(group.id());
            }
        }
        return document;
    }
}
