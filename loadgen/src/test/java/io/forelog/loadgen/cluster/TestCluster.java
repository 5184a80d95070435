package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.demo.NodeProcess;
import java.io.IOException;
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
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Real nodes in processes of their own, with a network between them that can be cut, and verbs to do them harm. Callers
 * reach every node directly. For one thread.
 */
public final class TestCluster implements AutoCloseable {

    /** Nodes that may be added. */
    private static final int SPARES = 2;
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<String> command;
    private final Map<String, String> settings;
    private final Map<String, Links.Ports> ports = new TreeMap<>();
    /** Nodes that were started once, and not removed. */
    private final Set<String> members = new TreeSet<>();

    private final Map<String, NodeProcess> running = new TreeMap<>();
    private final Links links;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private TestCluster(Path folder, List<String> command, Map<String, String> settings, int nodes) throws IOException {
        this.folder = folder;
        this.command = command;
        this.settings = settings;
        for (int i = 1; i <= nodes + SPARES; i++) {
            ports.put("n" + i, new Links.Ports(RealNode.freePort(), RealNode.freePort()));
        }
        this.links = new Links(ports);
    }

    /** Starts nodes {@code n1}, {@code n2} and so on, and returns when all of them serve and vote. */
    public static TestCluster start(Path folder, int nodes, Map<String, String> settings) throws IOException {
        var cluster = new TestCluster(folder, RealNode.command(), settings, nodes);
        try {
            for (int i = 1; i <= nodes; i++) {
                cluster.members.add("n" + i);
            }
            for (var node : cluster.names()) {
                cluster.start(node);
            }
            cluster.awaitVoters(nodes);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    public List<String> names() {
        return List.copyOf(members);
    }

    /** Returns where nodes serve, those that run and those that do not. */
    public List<URI> urls() {
        return ports.keySet().stream().map(this::url).toList();
    }

    public URI url(String node) {
        return URI.create("http://127.0.0.1:" + ports.get(node).http());
    }

    /** Returns where a node keeps what it knows; it may be deleted while the node does not run. */
    public Path data(String node) {
        return folder.resolve(node).resolve("data");
    }

    public long pid(String node) {
        return running.get(node).pid();
    }

    /** Starts a node that does not run, on the data it left, and returns when it serves. */
    public void start(String node) throws IOException {
        Files.createDirectories(folder.resolve(node));
        var options = new TreeMap<>(RealNode.ALONE);
        options.putAll(settings);
        options.put("node.name", node);
        options.put("cluster.listen", "127.0.0.1:" + ports.get(node).raft());
        var others = names().stream().filter(other -> !other.equals(node)).toList();
        options.put(
                "cluster.via",
                ports.keySet().stream()
                        .filter(other -> !other.equals(node))
                        .map(other -> other + "=" + links.http(node, other) + "/" + links.raft(node, other))
                        .collect(Collectors.joining(",")));
        boolean founds = node.equals(names().getFirst()) && !Files.exists(folder.resolve("founded"));
        if (founds) {
            Files.createFile(folder.resolve("founded"));
        } else {
            options.put(
                    "cluster.join",
                    others.stream().map(other -> links.http(node, other)).collect(Collectors.joining(",")));
        }
        var listen = "127.0.0.1:" + ports.get(node).http();
        running.put(node, NodeProcess.start(command, folder.resolve(node), listen, options, START_MAX));
    }

    /** Adds a node of the next name, and returns it when it serves. */
    public String add() throws IOException {
        var node = ports.keySet().stream()
                .filter(name -> name.compareTo(names().getLast()) > 0)
                .findFirst()
                .orElseThrow();
        members.add(node);
        start(node);
        return node;
    }

    /** Removes a node for ever, and returns when it has ended by itself and the others know it no more. */
    public void remove(String node) {
        members.remove(node);
        var other = names().getFirst();
        var path = "/v1/nodes/" + node;
        await().atMost(SOON).ignoreExceptions().until(() -> call(other, "DELETE", path), status -> status / 100 == 2);
        await().atMost(CATCH_UP_MAX).ignoreExceptions().until(() -> call(other, "GET", path), status -> status == 404);
        await().atMost(SOON).until(() -> !running.get(node).isAlive());
        running.remove(node);
    }

    private int call(String node, String method, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .timeout(Duration.ofSeconds(10))
                .method(method, BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** Returns how many groups each node holds, as one of them knows. */
    Map<String, Integer> holds() throws IOException, InterruptedException {
        var holds = new TreeMap<String, Integer>();
        for (var node : json(names().getFirst(), "/v1/nodes").path("nodes")) {
            holds.put(node.path("name").asText(), node.path("holds").size());
        }
        return holds;
    }

    /** Ends a node in order. */
    public void stop(String node) {
        running.remove(node).close();
    }

    /** Ends a node as a power cut would. */
    public void kill(String node) {
        running.remove(node).kill();
    }

    /** Freezes a node: its connections stay, and nobody answers. */
    public void pause(String node) throws IOException, InterruptedException {
        signal("STOP", node);
    }

    public void resume(String node) throws IOException, InterruptedException {
        signal("CONT", node);
    }

    private void signal(String name, String node) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid(node))).inheritIO().start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Lets nothing of {@code from} arrive at {@code to}; callers still reach both. */
    public void cut(String from, String to) {
        links.cut(from, to);
    }

    /** Mends all cuts. */
    public void heal() {
        links.heal();
    }

    /** Keeps work away from a node, and returns when it leads nothing any more. */
    public void drain(String node) {
        var other = names().stream().filter(name -> !name.equals(node)).findFirst().orElseThrow();
        post(other, "/v1/nodes/" + node + "/drain");
        await().atMost(SOON).untilAsserted(() -> {
            var known = node(other, node);
            assertThat(known.path("leads")).as("groups led by %s", node).isEmpty();
            assertThat(known.path("role").asText()).isNotEqualTo("leader");
        });
    }

    public void undrain(String node) {
        post(node, "/v1/nodes/" + node + "/undrain");
    }

    /** Returns what a node says of another. */
    public JsonNode node(String asked, String node) throws IOException, InterruptedException {
        return json(asked, "/v1/nodes/" + node);
    }

    private void awaitVoters(int voters) {
        await().atMost(SOON).untilAsserted(() -> {
            var nodes = json(names().getFirst(), "/v1/nodes").path("nodes");
            assertThat(StreamSupport.stream(nodes.spliterator(), false)
                            .map(node -> node.path("role").asText())
                            .filter(role -> role.equals("leader") || role.equals("voter")))
                    .hasSize(voters);
        });
    }

    public JsonNode json(String node, String path) throws IOException, InterruptedException {
        return JSON.readTree(get(node, path));
    }

    private byte[] get(String node, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url(node).resolve(path)).timeout(Duration.ofSeconds(10)).build();
        var answer = http.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private void post(String node, String path) {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
            var request = HttpRequest.newBuilder(url(node).resolve(path))
                    .timeout(Duration.ofSeconds(10))
                    .POST(BodyPublishers.noBody())
                    .build();
            assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        });
    }

    /** Creates a log whose shards have leaders when it returns. */
    void create(String log, int shards) {
        var body = ("{\"shards\":" + shards + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(send(names().getFirst(), "PUT", "/v1/logs/" + log, body)).isEqualTo("appended");
        await().atMost(SOON).untilAsserted(() -> {
            for (int shard = 0; shard < shards; shard++) {
                assertThat(leader(log, shard)).isIn(names());
            }
        });
    }

    /** Returns who leads a shard, as the first node knows. */
    String leader(String log, int shard) throws IOException, InterruptedException {
        return json(names().getFirst(), "/v1/logs/" + log + "/shards/" + shard).path("leader").asText();
    }

    /** Appends a value through a node; returns {@code appended}, or the problem's name. */
    String append(String node, String log, String value) {
        return send(node, "POST", "/v1/logs/" + log + "/records", value.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends so many bytes of values, a mebibyte each. */
    void fill(String log, long bytes) {
        var value = new byte[1 << 20];
        var random = new Random(1);
        for (long done = 0; done < bytes; done += value.length) {
            random.nextBytes(value);
            assertThat(send(names().getFirst(), "POST", "/v1/logs/" + log + "/records", value)).isEqualTo("appended");
        }
    }

    private String send(String node, String method, String path, byte[] body) {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .header("Content-Type", method.equals("POST") ? "application/octet-stream" : "application/json")
                .timeout(ANSWER_MAX)
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofByteArray());
            var type = answer.statusCode() == 201 ? "appended" : JSON.readTree(answer.body()).path("type").asText();
            return type.substring(type.lastIndexOf('/') + 1);
        } catch (IOException e) {
            return "no-answer";
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Ends all nodes in order, reads what each has on its disk, and asserts that it is undamaged and the same
     * everywhere.
     *
     * @return how many shards that were
     */
    public int endAndAssertSameEverywhere() throws IOException, InterruptedException {
        awaitNoLag();
        for (var node : List.copyOf(running.keySet())) {
            stop(node);
        }
        var digests = new TreeMap<String, List<String>>();
        for (var node : names()) {
            digests.put(node, digests(node));
        }
        assertThat(digests.values().stream().distinct()).as(digests.toString()).hasSize(1);
        return digests.firstEntry().getValue().size();
    }

    /** Until each node is a member of each group, and no leader has anything that a member lacks. */
    void awaitNoLag() {
        // As many groups as nodes, and the metadata; in each, all but the leader.
        int followers = (names().size() + 1) * (names().size() - 1);
        await().atMost(CATCH_UP_MAX).during(Duration.ofSeconds(1)).untilAsserted(() -> {
            var lags = new ArrayList<String>();
            for (var node : running.keySet()) {
                new String(get(node, "/metrics"), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.startsWith("forelog_group_lag{"))
                        .forEach(lags::add);
            }
            assertThat(lags).hasSize(followers).allMatch(line -> line.endsWith(" 0.0"));
        });
    }

    private List<String> digests(String node) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(RealNode.command("io.forelog.server.VerifyMain"));
        arguments.addAll(List.of("--data", data(node).toString(), "--digests"));
        var verify = new ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var said = verify.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertThat(verify.waitFor()).as("%s: %s", node, said).isZero();
        return said.stream().filter(line -> line.startsWith("digest ")).toList();
    }

    @Override
    public void close() {
        for (var node : running.values()) {
            // A paused process would hear of its end only when it goes on.
            node.kill();
        }
        try {
            links.close();
        } catch (IOException e) {
            throw new IllegalStateException("the network between the nodes cannot be closed", e);
        }
        http.close();
    }
}
