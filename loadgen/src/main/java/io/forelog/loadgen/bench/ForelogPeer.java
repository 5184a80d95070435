package io.forelog.loadgen.bench;

import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Forelog, through its own Java client. */
final class ForelogPeer implements Peer {

    /** What was built, as the launcher knows it. */
    static final String VERSION = "forelog.version";

    static final int SHARDS = 4;

    private static final String HEAP = "-Xmx1g";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** The shared caches are off: no peer has any. */
    private static final Map<String, String> ALONE =
            Map.of("cache.global.address", "off", "cache.regional.enabled", "false");

    private final List<NodeProcess> nodes;
    private final ForelogClient client;
    private final int connections;

    private ForelogPeer(List<NodeProcess> nodes, int connections) {
        this.nodes = nodes;
        this.connections = connections;
        var urls = nodes.stream().map(node -> node.url().toString()).collect(Collectors.joining(","));
        this.client = ForelogClient.connect(
                urls, ClientOptions.DEFAULT.withConnectionsMax(connections).withAnswerTimeout(PATIENCE));
    }

    /**
     * Starts one node, or several that form a cluster.
     *
     * @param command what starts a node, without its options
     * @param clients how many threads will call at a time
     */
    static ForelogPeer start(List<String> command, int count, int clients, Path folder) throws IOException {
        var bounded = new ArrayList<>(command);
        bounded.add(1, HEAP);
        var nodes = new ArrayList<NodeProcess>();
        try {
            for (int number = 1; number <= count; number++) {
                var settings = new LinkedHashMap<>(ALONE);
                settings.put("node.name", "n" + number);
                if (number > 1) {
                    settings.put("cluster.join", nodes.getFirst().url().getAuthority());
                }
                var own = Files.createDirectories(folder.resolve("forelog-" + number));
                nodes.add(NodeProcess.start(bounded, own, "127.0.0.1:0", settings, PATIENCE));
            }
            return new ForelogPeer(nodes, clients);
        } catch (IOException | RuntimeException e) {
            nodes.forEach(NodeProcess::close);
            throw e;
        }
    }

    @Override
    public String name() {
        return "Forelog";
    }

    @Override
    public String version() {
        return System.getProperty(VERSION, "of unknown version");
    }

    @Override
    public List<String> settings() {
        return List.of(
                nodes.size() + " node(s), heap " + HEAP.substring(4) + ", Z collector, " + SHARDS + " shards, replicas "
                        + nodes.size() + ", ack quorum",
                "fsync always or interval (forced every 50 ms), by case",
                "local cache at its default; regional and global cache off",
                "append: one record a request as its raw bytes, without a key, over " + connections + " connection(s)",
                "bulk: BatchingProducer with its defaults (256 KiB or 10,000 records a batch, 2 ms of linger)",
                "read: GET by address");
    }

    @Override
    public Stream<ProcessHandle> servers() {
        return nodes.stream().map(node -> ProcessHandle.of(node.pid()).orElseThrow());
    }

    @Override
    public PeerLog create(String name, Durability durability) {
        client.createLog(name, new LogSettings(SHARDS, durability.toString())).await();
        return new ForelogLog(client, name);
    }

    @Override
    public void close() {
        client.close();
        nodes.reversed().forEach(NodeProcess::close);
    }
}
