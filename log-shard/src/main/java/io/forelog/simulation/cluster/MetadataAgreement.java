package io.forelog.simulation.cluster;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.StateCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Compares what nodes know of the cluster: at one version all know the same, however it came to them. */
final class MetadataAgreement {

    private record Seen(String node, byte[] state) {}

    private final SimulatedCluster cluster;
    private final Map<String, ClusterState> looked = new HashMap<>();
    private final Map<Long, Seen> seen = new HashMap<>();

    MetadataAgreement(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Looks at what has changed since the last look. */
    void look() {
        for (var node : cluster.nodes()) {
            if (node.isUp() && looked.put(node.name(), node.metadata().state()) != node.metadata().state()) {
                look(node.name(), node.metadata().state());
            }
        }
    }

    private void look(String node, ClusterState state) {
        var here = new Seen(node, bytes(state));
        var other = seen.putIfAbsent(state.version(), here);
        if (other != null && !Arrays.equals(other.state(), here.state())) {
            throw new Violation(node + " has other metadata at version " + state.version() + " than " + other.node()
                    + ": " + state);
        }
    }

    private static byte[] bytes(ClusterState state) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            StateCodec.write(state, out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
