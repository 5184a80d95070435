package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.live.Vitals;
import java.util.TreeMap;

/** The cluster's nodes: who they are, what they carry, how this one does; and keeping work away from one of them. */
final class NodesApi {

    private final MetadataStore metadata;
    private final Vitals vitals;
    private final String self;

    /** @param self the name of this node */
    NodesApi(MetadataStore metadata, Vitals vitals, String self) {
        this.metadata = metadata;
        this.vitals = vitals;
        this.self = self;
    }

    void register(Routes routes) {
        routes.get("/v1/nodes", this::list);
        routes.get("/v1/nodes/{node}", this::show);
        routes.post("/v1/nodes/{node}/drain", call -> drain(call, true));
        routes.post("/v1/nodes/{node}/undrain", call -> drain(call, false));
    }

    private void list(Call call) {
        var document = Call.JSON.createObjectNode();
        var nodes = document.putArray("nodes");
        new TreeMap<>(metadata.state().nodes()).values().forEach(node -> nodes.add(json(node)));
        call.json(200, document);
    }

    private void show(Call call) {
        call.json(200, json(node(call)));
    }

    private void drain(Call call, boolean draining) {
        var name = node(call).name();
        call.on(
                metadata.submit(new DrainNode(name, draining)),
                state -> call.json(200, json(state.nodes().get(name))));
    }

    private ClusterNode node(Call call) {
        var name = Percent.decodeText(call.rawParameter(0));
        var node = metadata.state().nodes().get(name);
        if (node == null) {
            throw new ProblemException(
                    Problem.of(404, "no-such-node", "There is no such node", "the cluster has no node '" + name + "'"));
        }
        return node;
    }

    private ObjectNode json(ClusterNode node) {
        var state = metadata.state();
        long leads = state.groups().stream().filter(group -> node.name().equals(group.leader())).count();
        long holds = state.groups().stream().filter(group -> group.members().contains(node.name())).count();
        var document = Call.JSON.createObjectNode()
                .put("name", node.name())
                .put("role", leads > 0 ? "leader" : holds > 0 ? "follower" : "idle")
                .put("region", node.region())
                .put("state", node.draining() ? "DRAINING" : "ACTIVE")
                .put("http", node.http())
                .put("groupsLed", leads)
                .put("groupsHeld", holds);
        if (node.name().equals(self)) {
            putVitals(document);
        }
        return document;
    }

    private void putVitals(ObjectNode document) {
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
    }
}
