package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.error.LastReplicaException;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.RemoveNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.live.Vitals;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cluster's nodes: who they are, what they carry, how this one does; keeping work away from one, and removing it.
 */
public final class NodesApi {

    private static final String VITALS = "vitals";

    /** What this node sees of the others. Called on an event loop: must not block. */
    public interface Cluster {

        /** Returns whether a node is there, as far as this one can tell. */
        boolean isUp(String node);

        /** Returns what a node is to the metadata: {@code leader}, {@code voter}, {@code learner} or {@code none}. */
        String role(ClusterNode node);
    }

    private final MetadataStore metadata;
    private final Cluster cluster;
    private final Vitals vitals;
    private final String self;
    private final ClusterDocuments documents;

    /** @param self the name of this node */
    NodesApi(MetadataStore metadata, Cluster cluster, Vitals vitals, String self, ClusterDocuments documents) {
        this.metadata = metadata;
        this.cluster = cluster;
        this.vitals = vitals;
        this.self = self;
        this.documents = documents;
    }

    void register(Routes routes) {
        documents.serve(VITALS, unused -> vitals());
        routes.get("/v1/nodes", this::list);
        routes.get("/v1/nodes/{node}", this::show);
        routes.add(HttpMethod.DELETE, "/v1/nodes/{node}", this::remove);
        routes.post("/v1/nodes/{node}/drain", call -> drain(call, true));
        routes.post("/v1/nodes/{node}/undrain", call -> drain(call, false));
    }

    private void list(Call call) {
        var state = metadata.state();
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("nodes");
        new TreeMap<>(state.nodes()).values().forEach(node -> list.add(toJson(state, node)));
        call.on(documents.gather(VITALS, "", NodesApi::withVitals, document), all -> call.json(200, all));
    }

    private static ObjectNode withVitals(ObjectNode document, Map<String, JsonNode> said) {
        for (var node : document.path("nodes")) {
            if (said.get(node.path("name").asText()) instanceof ObjectNode vitals) {
                ((ObjectNode) node).setAll(vitals);
            }
        }
        return document;
    }

    private void show(Call call) {
        var state = metadata.state();
        var shown = toJson(state, node(call, state));
        if (shown.path("name").asText().equals(self)) {
            call.json(200, shown);
            return;
        }
        var document = Call.JSON.createObjectNode();
        document.putArray("nodes").add(shown);
        call.on(documents.gather(VITALS, "", NodesApi::withVitals, document), all -> call.json(200, shown));
    }

    private void drain(Call call, boolean draining) {
        var name = node(call, metadata.state()).name();
        call.on(
                metadata.submit(new DrainNode(name, draining)),
                state -> call.json(200, toJson(state, node(call, state))));
    }

    /** Begins to remove a node for ever; of one that is gone, says so. */
    private void remove(Call call) {
        var state = metadata.state();
        var name = name(call);
        if (!state.removed().contains(name)) {
            var node = node(call, state);
            if (!name.equals(self) && !cluster.isUp(name) && !node.leaving()) {
                requireQuorums(state, name);
            }
        }
        call.on(metadata.submit(new RemoveNode(name)), after -> {
            var left = after.nodes().get(name);
            if (left == null) {
                call.end(204);
            } else {
                call.json(202, toJson(after, left));
            }
        });
    }

    /** What a node that is up holds is copied from it first. One that is down takes with it what nobody else has. */
    private void requireQuorums(ClusterState state, String name) {
        for (var group : state.groups()) {
            var holders = group.holders();
            long others = holders.stream()
                    .filter(holder -> !holder.equals(name) && (holder.equals(self) || cluster.isUp(holder)))
                    .count();
            if (holders.contains(name) && 2 * others < holders.size()) {
                throw new LastReplicaException("node '" + name + "' is down, and of the " + holders.size()
                        + " replicas of group " + group.id() + " only " + others
                        + " are on other nodes that are up: records may be lost; start it, or the others, first");
            }
        }
    }

    private static String name(Call call) {
        return Percent.decodeText(call.rawParameter(0));
    }

    private static ClusterNode node(Call call, ClusterState state) {
        var name = name(call);
        var node = state.nodes().get(name);
        if (node == null) {
            throw new ProblemException(Problem.of(
                    404,
                    "no-such-node",
                    "There is no such node",
                    "the cluster has no node '" + name + "'; GET /v1/nodes lists them"));
        }
        return node;
    }

    private ObjectNode toJson(ClusterState state, ClusterNode node) {
        boolean up = node.name().equals(self) || cluster.isUp(node.name());
        var document = Call.JSON
                .createObjectNode()
                .put("name", node.name())
                .put("role", cluster.role(node))
                .put("region", node.region())
                .put("state", !up ? "down" : node.leaving() ? "leaving" : node.draining() ? "draining" : "up")
                .put("draining", node.draining())
                .put("leaving", node.leaving())
                .put("http", node.http())
                .put("incarnation", node.incarnation());
        var leads = document.putArray("leads");
        var holds = document.putArray("holds");
        for (var group : state.groups()) {
            if (node.name().equals(group.leader())) {
                leads.add(group.id());
            }
            if (group.holders().contains(node.name())) {
                holds.add(group.id());
            }
        }
        if (node.name().equals(self)) {
            document.setAll(vitals());
        }
        return document;
    }

    private ObjectNode vitals() {
        var document = Call.JSON.createObjectNode();
        var look = vitals.last();
        document.putObject("cpu")
                .put("cores", look.cores())
                .put("load", look.cpuLoad())
                .put("processLoad", look.processLoad());
        document.putObject("memory")
                .put("total", look.memoryTotal())
                .put("available", look.memoryAvailable())
                .put("resident", look.processResident())
                .put("heapUsed", look.heapUsed())
                .put("heapMax", look.heapMax());
        document.putObject("disk")
                .put("total", look.diskTotal())
                .put("usable", look.diskUsable())
                .put("readBytesPerSecond", look.readPerSecond())
                .put("writtenBytesPerSecond", look.writtenPerSecond());
        document.putObject("network")
                .put("receivedBytesPerSecond", look.receivedPerSecond())
                .put("sentBytesPerSecond", look.sentPerSecond());
        return document;
    }
}
