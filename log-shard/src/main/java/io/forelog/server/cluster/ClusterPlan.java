package io.forelog.server.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.forelog.ports.LocalPorts;
import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes of a cluster on one machine: chosen once and kept in its directory, so that it is the same cluster each
 * time. Beside it stands the configuration of each node, with which it can be started by itself.
 *
 * @param nodes in order; the first founded the cluster
 */
record ClusterPlan(List<Planned> nodes) {

    private static final String FILE = "cluster.json";
    private static final String HOST = "127.0.0.1";
    private static final int PORTS_MAX = 65_535;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One node: where it stands, and the ports of its API, of its groups and of its part of the regional cache. */
    record Planned(String name, String region, int http, int raft, int cache) {

        Planned withCache(int port) {
            return new Planned(name, region, http, raft, port);
        }

        boolean has(int port) {
            return http == port || raft == port || cache == port;
        }

        String address() {
            return HOST + ":" + http;
        }
    }

    ClusterPlan {
        nodes = List.copyOf(nodes);
    }

    /**
     * Returns the plan in {@code directory}, made or enlarged to {@code count} nodes.
     *
     * @param count 0 for as many as there are
     * @param regions taken by turns by new nodes
     * @param firstPort of the API of the first node, the next for the next; 0 for free ones
     * @throws IllegalArgumentException if there are more nodes already, or none and none is wanted
     */
    static ClusterPlan of(Path directory, int count, List<String> regions, int firstPort) throws IOException {
        var file = directory.resolve(FILE);
        List<Planned> nodes = new ArrayList<>();
        if (Files.exists(file)) {
            nodes.addAll(JSON.readValue(file.toFile(), ClusterPlan.class).nodes());
        }
        if (count == 0 && nodes.isEmpty()) {
            throw new IllegalArgumentException("--nodes is needed: there is no cluster in " + directory + " yet");
        }
        if (count != 0 && count < nodes.size()) {
            throw new IllegalArgumentException("the cluster in " + directory + " has " + nodes.size()
                    + " nodes; it cannot be started with " + count);
        }
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).cache() == 0) { // planned by a version that had no such port
                nodes.set(i, nodes.get(i).withCache(freePort(nodes)));
            }
        }
        while (nodes.size() < count) {
            int number = nodes.size() + 1;
            int http = firstPort == 0 ? freePort(nodes) : Math.min(PORTS_MAX, firstPort + number - 1);
            var region = regions.get((number - 1) % regions.size());
            nodes.add(new Planned("n" + number, region, http, 0, 0));
            int raft = freePort(nodes);
            var planned = new Planned("n" + number, region, http, raft, 0);
            nodes.set(number - 1, planned);
            nodes.set(number - 1, planned.withCache(freePort(nodes)));
        }
        var plan = new ClusterPlan(nodes);
        Files.createDirectories(directory);
        var fresh = directory.resolve(FILE + ".new");
        JSON.writerWithDefaultPrettyPrinter().writeValue(fresh.toFile(), plan);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return plan;
    }

    private static int freePort(List<Planned> taken) throws IOException {
        while (true) {
            int port = LocalPorts.free();
            if (taken.stream().noneMatch(node -> node.has(port))) {
                return port;
            }
        }
    }

    static Path data(Path directory, Planned node) {
        return directory.resolve(node.name());
    }

    static Path configuration(Path directory, Planned node) {
        return directory.resolve(node.name() + ".yaml");
    }

    static Path log(Path directory, Planned node) {
        return directory.resolve(node.name() + ".log");
    }

    /** Returns whether no node has been started yet: then the first one founds the cluster. */
    boolean isNew(Path directory) {
        return nodes.stream()
                .noneMatch(node -> Files.exists(data(directory, node).resolve("node.json")));
    }

    /**
     * Writes the configuration of each node.
     *
     * @param founds whether the first node is to found the cluster; else every node finds it through the others
     */
    void configure(Path directory, Map<String, String> settings, boolean founds) throws IOException {
        for (var node : nodes) {
            Map<String, String> all = new LinkedHashMap<>(regional(node));
            all.putAll(settings);
            ClusterCertificates.add(directory, node.name(), all);
            all.put(Settings.NODE_NAME.key(), node.name());
            all.put(Settings.NODE_REGION.key(), node.region());
            all.put(Settings.DATA.key(), data(directory, node).toAbsolutePath().toString());
            all.put(Settings.HTTP_HOST.key(), HOST);
            all.put(Settings.HTTP_PORT.key(), Integer.toString(node.http()));
            all.put(Settings.CLUSTER_LISTEN.key(), HOST + ":" + node.raft());
            var others = nodes.stream()
                    .filter(other -> other != node)
                    .map(Planned::address)
                    .toList();
            all.put(Settings.CLUSTER_JOIN.key(), founds && node == nodes.getFirst() ? "" : String.join(",", others));
            new YAMLMapper().writeValue(configuration(directory, node).toFile(), all);
        }
    }

    /** The nodes of a region find each other's part of its cache where they were told, and nowhere else. */
    private Map<String, String> regional(Planned node) {
        var members = nodes.stream()
                .filter(other -> other.region().equals(node.region()))
                .map(other -> HOST + ":" + other.cache())
                .toList();
        return Map.of(
                CacheSettings.REGIONAL_PORT.key(), Integer.toString(node.cache()),
                CacheSettings.REGIONAL_PORT_COUNT.key(), "1",
                CacheSettings.REGIONAL_MEMBERS.key(), String.join(",", members));
    }
}
