package io.forelog.loadgen.regions;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.RealNode;
import io.forelog.ports.LocalPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code cluster} with four nodes, n1 and n3 in region A, n2 and n4 in region B. Nodes reach each other
 * through proxies on a second loopback address that delay what they carry; a region's cache and Redis are reached
 * without delay, since only region B is read from.
 */
final class TwoRegions implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NEAR = "127.0.0.1";
    private static final String FAR = "127.0.0.2";
    private static final int NODES = 4;
    private static final int FILL_RECORDS = 500;
    private static final Duration READY_MAX = Duration.ofMinutes(3);

    private final List<DelayingProxy> proxies = new ArrayList<>();
    private final Map<String, String> urls = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;

    private TwoRegions(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().start(() -> listen(process.inputReader(StandardCharsets.UTF_8)));
    }

    /**
     * Starts them and returns when all serve.
     *
     * @param roundTrip what an answer of another node takes longer than it otherwise would
     */
    static TwoRegions start(Path directory, Duration roundTrip, Map<String, String> settings) throws Exception {
        var plan = JSON.createObjectNode();
        var nodes = plan.putArray("nodes");
        var proxies = new ArrayList<DelayingProxy>();
        for (int i = 1; i <= NODES; i++) {
            var node = nodes.addObject().put("name", "n" + i).put("region", i % 2 == 1 ? "A" : "B");
            for (var port : List.of("http", "raft", "cache")) {
                node.put(port, LocalPorts.free());
            }
            for (var port : List.of("http", "raft")) {
                int number = node.get(port).intValue();
                proxies.add(new DelayingProxy(
                        new InetSocketAddress(FAR, number),
                        new InetSocketAddress(NEAR, number),
                        roundTrip.dividedBy(2)));
            }
        }
        JSON.writeValue(
                Files.createDirectories(directory).resolve("cluster.json").toFile(), plan);
        var command =
                new ArrayList<>(RealNode.command().subList(0, RealNode.command().size() - 1));
        command.addAll(List.of(
                "io.forelog.server.cluster.ClusterMain",
                "--nodes",
                Integer.toString(NODES),
                "--data",
                directory.toString(),
                "--set",
                "cluster.advertise=" + FAR));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        var regions = new TwoRegions(new ProcessBuilder(command)
                .redirectError(directory.resolve("cluster.log").toFile())
                .start());
        regions.proxies.addAll(proxies);
        try {
            regions.ready.get(READY_MAX.toSeconds(), TimeUnit.SECONDS);
            return regions;
        } catch (Exception e) {
            regions.close();
            throw new IOException("not ready; it said:\n" + Files.readString(directory.resolve("cluster.log")), e);
        }
    }

    private void listen(BufferedReader lines) {
        try (lines) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.split(" ");
                if (words[0].equals("node")) {
                    urls.put(words[1], words[4]);
                } else if (line.equals("ready")) {
                    ready.complete(null);
                }
            }
            ready.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url(String node) {
        return URI.create(urls.get(node));
    }

    /** Makes a log of one shard, without further replicas, that a node of region A has; returns its name. */
    String logOfRegionA(String prefix) throws Exception {
        for (int i = 0; i < 20; i++) {
            var name = prefix + i;
            call("PUT", "n2", "/v1/logs/" + name, "{\"shards\":1,\"replicas\":1}");
            if (List.of("n1", "n3").contains(leader(name))) {
                return name;
            }
        }
        throw new IllegalStateException("no log of twenty came to region A");
    }

    private String leader(String log) {
        return leaderIn(await().atMost(READY_MAX)
                        .until(() -> call("GET", "n2", "/v1/logs/" + log + "/shards", ""), map -> leaderIn(map)
                                .isTextual()))
                .textValue();
    }

    private static JsonNode leaderIn(JsonNode map) {
        return map.path("shards").path(0).path("leader");
    }

    /** Appends records of so many bytes, each of which begins with its number, to a log of one shard. */
    void fill(String log, int records, int bytes) throws Exception {
        for (int from = 0; from < records; from += FILL_RECORDS) {
            var lines = new StringBuilder();
            for (int i = from; i < Math.min(records, from + FILL_RECORDS); i++) {
                lines.append("{\"value\":").append(value(i, bytes)).append("}\n");
            }
            var request = HttpRequest.newBuilder(url("n1").resolve("/v1/logs/" + log + "/records?summary=true"))
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(lines.toString()));
            var answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new IOException("append: " + answer.statusCode() + " " + answer.body());
            }
        }
    }

    private static String value(int number, int bytes) {
        return "\"" + number + ".".repeat(bytes - 2 - Integer.toString(number).length()) + "\"";
    }

    /** Reads a record that {@link #fill} appended, and makes sure that it is that. */
    PacedReads.Read read(String node, String log, int number, String reader) throws Exception {
        var request = HttpRequest.newBuilder(url(node).resolve("/v1/logs/" + log + "/shards/0/records/" + number))
                .header("Forelog-Reader", reader);
        var answer = http.send(request.build(), BodyHandlers.ofByteArray());
        var value = new String(answer.body(), StandardCharsets.UTF_8);
        if (answer.statusCode() != 200 || !value.startsWith("\"" + number + ".")) {
            throw new IOException("record " + number + ": " + answer.statusCode() + " " + value);
        }
        var by = answer.headers().firstValue("Cache-Status").orElse("");
        // Whoever waited for a fetch that was under way has missed.
        return new PacedReads.Read(answer.body(), by.contains("hit") && !by.contains("joined"));
    }

    JsonNode call(String method, String node, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        var answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() throws IOException {
        var nodes = process.descendants().toList();
        process.destroy();
        process.onExit().join();
        nodes.forEach(ProcessHandle::destroyForcibly);
        for (var proxy : proxies) {
            proxy.close();
        }
        http.close();
    }
}
