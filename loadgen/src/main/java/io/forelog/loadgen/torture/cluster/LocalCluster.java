package io.forelog.loadgen.torture.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.demo.NodeProcess;
import io.forelog.ports.LocalPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Real nodes in processes of their own, with a network between them that can be cut, and verbs to do them harm. Callers
 * reach every node directly.
 *
 * <p>Verbs for one node, and those of the network, are for one thread; questions may be asked by any.
 */
public class LocalCluster implements AutoCloseable {

    /** No tiers of cache beyond the nodes' own; a log's shards in as many groups as there are. */
    public static final Map<String, String> DEFAULTS =
            Map.of("cache.global.address", "off", "cache.regional.enabled", "false", "cluster.shardsTogether", "1");

    /** Nodes that may be added. */
    private static final int SPARES = 1;

    /** On few cores beside nodes under load a start takes its time, and is no fault. */
    private static final Duration START_MAX = Duration.ofMinutes(5);

    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration CALL_MAX = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final NodeCommand command;
    private final Map<String, String> settings;
    private final Map<String, Links.Ports> ports = new TreeMap<>();
    /** Nodes that were started once, and not removed. */
    private final Set<String> members = new ConcurrentSkipListSet<>();

    private final Map<String, NodeProcess> running = new ConcurrentSkipListMap<>();
    private final Links links;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private boolean clocksStep;
    private Optional<RegionalLinks> regional = Optional.empty();

    /**
     * Makes a cluster of nodes {@code n1}, {@code n2} and so on, none of which runs.
     *
     * @param folder for what the nodes keep; on the same one it is not the same cluster, for its ports are others
     * @param settings of each node, over {@link #DEFAULTS}
     */
    public LocalCluster(Path folder, NodeCommand command, Map<String, String> settings, int nodes) throws IOException {
        this.folder = folder;
        this.command = command;
        this.settings = Map.copyOf(settings);
        for (int i = 1; i <= nodes + SPARES; i++) {
            ports.put("n" + i, new Links.Ports(LocalPorts.free(), LocalPorts.free()));
        }
        ports.keySet().stream().limit(nodes).forEach(members::add);
        this.links = new Links(ports);
    }

    /** Lets nodes that are started from here on have clocks of their own, as {@link FakeClock} sets them. */
    public void letClocksStep() {
        clocksStep = true;
    }

    /** Lets nodes that are started from here on share a regional cache. */
    public void shareRegionalCache() throws IOException {
        regional = Optional.of(new RegionalLinks(ports.keySet()));
    }

    /** Starts all nodes and returns when they serve and vote. */
    public void startAll() throws IOException, InterruptedException {
        var founder = names().getFirst();
        start(founder);
        withEach(others(founder), node -> {
            start(node);
            return node;
        });
        awaitVoters();
    }

    private interface Deed<T> {
        T with(String node) throws IOException, InterruptedException;
    }

    /** Does the same with nodes, as many at a time as there are processors; also who fails waits for the others. */
    private static <T> NavigableMap<String, T> withEach(List<String> nodes, Deed<T> deed)
            throws IOException, InterruptedException {
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var under = new TreeMap<String, Future<T>>();
            nodes.forEach(node -> under.put(node, threads.submit(() -> deed.with(node))));
            var done = new TreeMap<String, T>();
            for (var node : nodes) {
                done.put(node, under.get(node).get());
            }
            return done;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    public List<String> names() {
        return List.copyOf(members);
    }

    /** Returns all names but this one. */
    public List<String> others(String node) {
        return names().stream().filter(name -> !name.equals(node)).toList();
    }

    /** Returns where the nodes serve, whether they run or not. */
    public List<URI> urls() {
        return members.stream().map(this::url).toList();
    }

    public URI url(String node) {
        return URI.create("http://127.0.0.1:" + ports.get(node).http());
    }

    /** Returns a node's own folder: its data, and {@code node.log} with what it says. */
    public Path folder(String node) {
        return folder.resolve(node);
    }

    /** Returns where a node keeps what it knows; it may be deleted while the node does not run. */
    public Path data(String node) {
        return folder(node).resolve("data");
    }

    /** Starts a node that does not run, on the data it left, and returns when it serves. */
    public void start(String node) throws IOException {
        Files.createDirectories(folder(node));
        var options = new TreeMap<>(DEFAULTS);
        options.putAll(settings);
        regional.ifPresent(links -> options.putAll(links.settings(node)));
        options.put("node.name", node);
        options.put("cluster.listen", "127.0.0.1:" + ports.get(node).raft());
        options.put(
                "cluster.via",
                ports.keySet().stream()
                        .filter(other -> !other.equals(node))
                        .map(other -> other + "=" + links.http(node, other) + "/" + links.raft(node, other))
                        .collect(Collectors.joining(",")));
        var founded = folder.resolve("founded");
        if (node.equals(names().getFirst()) && !Files.exists(founded)) {
            Files.createFile(founded);
        } else {
            options.put(
                    "cluster.join",
                    others(node).stream().map(other -> links.http(node, other)).collect(Collectors.joining(",")));
        }
        var listen = "127.0.0.1:" + ports.get(node).http();
        var line = clocksStep ? FakeClock.under(folder(node), command.node()) : command.node();
        running.put(node, NodeProcess.start(line, folder(node), listen, options, START_MAX));
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
    public void remove(String node) throws IOException, InterruptedException {
        remove(node, () -> {});
    }

    /**
     * As {@link #remove(String)}; {@code gone} is run once the others know it no more, whether it has heard or not.
     */
    public void remove(String node, Runnable gone) throws IOException, InterruptedException {
        members.remove(node);
        var other = names().getFirst();
        var path = "/v1/nodes/" + node;
        Waiting.until("remove " + node, SOON, () -> status(other, "DELETE", path) / 100 == 2);
        Waiting.until(node + " is gone", CATCH_UP_MAX, () -> status(other, "GET", path) == 404);
        gone.run();
        Waiting.until(node + " has ended", SOON, () -> !isAlive(node));
        running.remove(node);
    }

    private int status(String node, String method, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .timeout(CALL_MAX)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Returns how many groups each node holds, as one of them knows. */
    public Map<String, Integer> holds() throws IOException, InterruptedException {
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

    /** Returns whether a node's process is there that was started and not ended since. */
    public boolean isAlive(String node) {
        return running.containsKey(node) && running.get(node).isAlive();
    }

    public long pid(String node) {
        return running.get(node).pid();
    }

    /** Starts all nodes that do not run, whatever became of them. */
    public void startMissing() throws IOException {
        for (var node : names()) {
            if (!isAlive(node)) {
                running.remove(node);
                start(node);
            }
        }
    }

    /** Freezes a node: its connections stay, and nobody answers. */
    public void pause(String node) throws IOException, InterruptedException {
        Signals.stop(running.get(node).pid());
    }

    public void resume(String node) throws IOException, InterruptedException {
        Signals.resume(running.get(node).pid());
    }

    /** Lets nothing of {@code from} arrive at {@code to}; callers still reach both. */
    public void cut(String from, String to) {
        links.cut(from, to);
    }

    /**
     * Lets {@code to} hear nothing of groups from {@code from}: it lags behind, and is called and answered all the
     * same.
     */
    public void cutGroups(String from, String to) {
        links.cutGroups(from, to);
    }

    /** Mends all cuts. */
    public void heal() {
        links.heal();
    }

    /** Parts the members of the regional cache, which are told so. */
    public void endRegionalCache() {
        regional.orElseThrow().refuse();
    }

    /** Lets everything that members of the regional cache say arrive so much later. */
    public void slowRegionalCache(Duration by) {
        regional.orElseThrow().gate().slow(by);
    }

    /** Lets nothing that members of the regional cache say arrive; their connections stay. */
    public void holdRegionalCache() {
        regional.orElseThrow().gate().close();
    }

    public void healRegionalCache() {
        regional.orElseThrow().heal();
    }

    /** Keeps work away from a node, and returns when it leads nothing any more. */
    public void drain(String node) throws IOException, InterruptedException {
        var other = others(node).getFirst();
        Waiting.until(
                "drain " + node,
                SOON,
                () -> post(other, "/v1/nodes/" + node + "/drain", "").statusCode() == 200);
        Waiting.until(node + " leads nothing", SOON, () -> {
            var known = node(other, node);
            var role = known.path("role").asText();
            return known.path("leads").isEmpty() && !role.isEmpty() && !role.equals("leader");
        });
    }

    public void undrain(String node) throws IOException, InterruptedException {
        Waiting.until(
                "undrain " + node,
                SOON,
                () -> post(node, "/v1/nodes/" + node + "/undrain", "").statusCode() == 200);
    }

    /** Returns what a node says of another. */
    public JsonNode node(String asked, String node) throws IOException, InterruptedException {
        return json(asked, "/v1/nodes/" + node);
    }

    /** Returns when each node votes. */
    public void awaitVoters() throws IOException, InterruptedException {
        Waiting.until(names().size() + " nodes vote", CATCH_UP_MAX, () -> {
            var nodes = json(names().getFirst(), "/v1/nodes").path("nodes");
            return StreamSupport.stream(nodes.spliterator(), false)
                            .map(node -> node.path("role").asText())
                            .filter(role -> role.equals("leader") || role.equals("voter"))
                            .count()
                    == names().size();
        });
    }

    /** @throws IOException also if the answer is not 200 */
    public JsonNode json(String node, String path) throws IOException, InterruptedException {
        return JSON.readTree(get(node, path));
    }

    private byte[] get(String node, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .timeout(CALL_MAX)
                .build();
        var answer = http.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(node + " answers " + answer.statusCode() + " to " + path);
        }
        return answer.body();
    }

    /** Sends a JSON document, or nothing if it is empty; the answer may have any status. */
    public HttpResponse<String> post(String node, String path, String document)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .timeout(CALL_MAX)
                .header("Content-Type", "application/json")
                .POST(document.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(document))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Returns once each node is a member of each group, and no leader has anything that a member lacks. */
    public void awaitNoLag() throws IOException, InterruptedException {
        awaitLag(0);
    }

    /** As {@link #awaitNoLag}, where appends go on: so many entries may be on their way to each member. */
    public void awaitLag(long most) throws IOException, InterruptedException {
        // As many groups as nodes, and the metadata; in each, all but the leader.
        int followers = (names().size() + 1) * (names().size() - 1);
        long[] since = {System.nanoTime()};
        Waiting.until("no member of a group lags", CATCH_UP_MAX, () -> {
            var lags = new ArrayList<Double>();
            for (var node : running.keySet()) {
                var lines = new String(get(node, "/metrics"), StandardCharsets.UTF_8).lines();
                lines.filter(line -> line.startsWith("forelog_group_lag{"))
                        .forEach(line -> lags.add(Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
            }
            if (lags.size() != followers || lags.stream().anyMatch(lag -> lag > most)) {
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > QUIET.toNanos();
        });
    }

    /** Ends all nodes in order, once none lags, and returns what each has on its disk: a line for each shard. */
    public NavigableMap<String, List<String>> endAndDigest() throws IOException, InterruptedException {
        awaitNoLag();
        for (var node : List.copyOf(running.keySet())) {
            stop(node);
        }
        return withEach(names(), node -> verify(node).digests());
    }

    /**
     * What a check of a node's disk said.
     *
     * @param digests a line for each shard
     * @param damages a line for each damaged batch, or why nothing could be read
     */
    public record Checked(List<String> digests, List<String> damages) {}

    /** Reads all that a node which does not run has on its disk. */
    public Checked verify(String node) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(command.verify());
        arguments.addAll(List.of("--data", data(node).toString(), "--digests"));
        var verify = new ProcessBuilder(arguments)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var said = verify.inputReader(StandardCharsets.UTF_8).lines().toList();
        boolean isWhole = verify.waitFor() == 0;
        return new Checked(
                said.stream()
                        .filter(line -> line.startsWith("digest "))
                        .map(line -> isWhole ? line : line + " damaged")
                        .toList(),
                said.stream().filter(line -> line.startsWith("damaged: ")).toList());
    }

    @Override
    public void close() {
        for (var node : running.values()) {
            // A paused process would hear of its end only when it goes on.
            node.kill();
        }
        try {
            links.close();
            if (regional.isPresent()) {
                regional.get().close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the network between the nodes cannot be closed", e);
        }
        http.close();
    }
}
