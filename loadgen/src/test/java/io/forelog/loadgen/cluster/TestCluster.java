package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.torture.cluster.LocalCluster;
import io.forelog.loadgen.torture.cluster.NodeCommand;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The cluster of real nodes with the questions that tests ask of it. For one thread. */
public final class TestCluster extends LocalCluster {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestCluster(Path folder, Map<String, String> settings, int nodes) throws IOException {
        super(folder, command(), quiet(settings), nodes);
    }

    /** What a node writes about itself while the others end would make a difference between them. */
    private static Map<String, String> quiet(Map<String, String> settings) {
        var quiet = new TreeMap<>(settings);
        quiet.putIfAbsent("control.records", "false");
        return quiet;
    }

    /** Starts nodes {@code n1}, {@code n2} and so on, and returns when all of them serve and vote. */
    public static TestCluster start(Path folder, int nodes, Map<String, String> settings)
            throws IOException, InterruptedException {
        var cluster = new TestCluster(folder, settings, nodes);
        try {
            cluster.startAll();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Returns what starts the nodes of tests. */
    public static NodeCommand command() {
        var line = RealNode.command();
        return new NodeCommand(line.subList(0, line.size() - 1));
    }

    /** Creates a log whose shards have leaders when it returns. */
    void create(String log, int shards) {
        create(log, shards, 3);
    }

    /** As {@link #create(String, int)}, with so many replicas of each. */
    void create(String log, int shards, int replicas) {
        var body = ("{\"shards\":" + shards + ",\"replicas\":" + replicas + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(send(names().getFirst(), "PUT", "/v1/logs/" + log, body)).isEqualTo("appended");
        await().atMost(SOON).untilAsserted(() -> {
            for (int shard = 0; shard < shards; shard++) {
                assertThat(leader(log, shard)).isIn(names());
            }
        });
    }

    /** Returns who leads a shard, as the first node knows. */
    String leader(String log, int shard) throws IOException, InterruptedException {
        return json(names().getFirst(), "/v1/logs/" + log + "/shards/" + shard)
                .path("leader")
                .asText();
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
            assertThat(send(names().getFirst(), "POST", "/v1/logs/" + log + "/records", value))
                    .isEqualTo("appended");
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
            var type = answer.statusCode() == 201
                    ? "appended"
                    : JSON.readTree(answer.body()).path("type").asText();
            return type.substring(type.lastIndexOf('/') + 1);
        } catch (IOException e) {
            return "no-answer";
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Posts a JSON body; returns the answer, or an empty text if there was none in time. */
    JsonNode tell(String node, String path, String body) throws InterruptedException {
        var request = HttpRequest.newBuilder(url(node).resolve(path))
                .header("Content-Type", "application/json")
                .timeout(ANSWER_MAX)
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return JSON.readTree(http.send(request, BodyHandlers.ofByteArray()).body());
        } catch (IOException e) {
            return JSON.getNodeFactory().textNode("");
        }
    }

    /**
     * Ends all nodes in order, reads what each has on its disk, and asserts that it is undamaged and the same
     * everywhere.
     *
     * @return how many shards that were
     */
    public int endAndAssertSameEverywhere() throws IOException, InterruptedException {
        var digests = endAndDigest();
        assertThat(digests.values().stream().distinct()).as(digests.toString()).hasSize(1);
        assertThat(digests.firstEntry().getValue()).as("undamaged").noneMatch(line -> line.endsWith("damaged"));
        return digests.firstEntry().getValue().size();
    }

    @Override
    public void close() {
        super.close();
        http.close();
    }
}
