package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A node that hears nothing of the others for a while, and is asked all the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaggingNodeTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private TestCluster cluster;

    /** Also the logs are made while each hears the others. */
    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        cluster = TestCluster.start(folder, 3, Map.of());
        cluster.create("one", 1);
        cluster.create("two", 1);
    }

    @AfterEach
    void heal() {
        cluster.heal();
    }

    @AfterAll
    void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aNamedReaderNeverGoesBackToBeforeWhatItCommitted() throws Exception {
        for (int i = 0; i < 6; i++) {
            // One that nobody knows of may be there too: what counts is that there are six.
            await().atMost(SOON)
                    .until(() -> cluster.append("n1", "one", "value").equals("appended"));
        }
        var deaf = cluster.node("n1", "n3").path("role").asText().equals("leader") ? "n2" : "n3";
        // The one that goes deaf knows the first of the two commits.
        await().atMost(SOON).until(() -> commit("n1", next(read("one", "n1", "2"))) == 201);
        await().atMost(SOON).until(() -> first(read("one", deaf, "1")) == 2);
        cluster.others(deaf).forEach(other -> cluster.cut(other, deaf));

        await().atMost(SOON).until(() -> commit("n1", next(read("one", "n1", "2"))) == 200);
        var answer = read("one", deaf, "1");

        assertThat(first(answer)).as(answer.body()).isNotEqualTo(2);
        cluster.heal();
        await().atMost(SOON).untilAsserted(() -> assertThat(first(read("one", deaf, "1")))
                .isEqualTo(4));
    }

    @Test
    void whatAChildOfASplitHasIsNotDeniedByANodeThatHasNotHeardOfIt() throws Exception {
        await().atMost(SOON).until(() -> append("n1", 0) == 201);
        var deaf = leadsNeither();
        var asked = cluster.others(deaf).getFirst();
        await().atMost(SOON).until(() -> newest(deaf).body(), "0"::equals);
        cluster.others(deaf).forEach(other -> cluster.cutGroups(other, deaf));

        cluster.tell(asked, "/v1/logs/two/shards/0/split", "{\"at\":\"8000000000000000\"}");
        await().atMost(SOON)
                .until(() -> cluster.json(asked, "/v1/logs/two/shards")
                                .path("shards")
                                .size()
                        == 3);
        await().atMost(SOON).until(() -> append(asked, 1) == 201);
        await().atMost(SOON).until(() -> newest(asked).body(), "1"::equals);

        assertThat(cluster.json(deaf, "/v1/logs/two/shards").path("shards"))
                .as("what it knows")
                .hasSize(1);
        var answer = newest(deaf);
        assertThat(answer.body()).as("newest").isNotEqualTo("0");
        assertThat(append(deaf, 2)).as("no gap").isIn(201, 503);
        var position = next(read("two", asked, "10"));
        assertThat(read("two", deaf, "1&cursor=" + position).statusCode())
                .as("a position that another node gave")
                .isNotEqualTo(400);
        cluster.heal();
        await().atMost(SOON)
                .until(() -> newest(deaf).body(), body -> !body.equals("0") && body.length() == 1);
    }

    /** Of three nodes one leads the metadata, one the shard. */
    private String leadsNeither() throws Exception {
        var shard = cluster.json("n1", "/v1/logs/two/shards")
                .path("shards")
                .get(0)
                .path("leader")
                .asText();
        for (var node : cluster.names()) {
            if (!node.equals(shard)
                    && !cluster.node("n1", node).path("role").asText().equals("leader")) {
                return node;
            }
        }
        throw new AssertionError("two nodes cannot be three");
    }

    private HttpResponse<String> newest(String node) throws Exception {
        var path = cluster.url(node).resolve("/v1/logs/two/keys/key");
        return http.send(HttpRequest.newBuilder(path).build(), BodyHandlers.ofString());
    }

    private int append(String node, int sequence) throws Exception {
        var request = HttpRequest.newBuilder(cluster.url(node).resolve("/v1/logs/two/records"))
                .header("Content-Type", "application/json")
                .header("Producer-Id", "17")
                .header("Producer-Epoch", "0")
                .header("Producer-Seq", Integer.toString(sequence))
                .POST(BodyPublishers.ofString("{\"key\":\"key\",\"value\":" + sequence + "}"))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private HttpResponse<String> read(String log, String node, String limit) throws Exception {
        var path = cluster.url(node).resolve("/v1/logs/" + log + "/cursors/reader/records?limit=" + limit);
        return http.send(HttpRequest.newBuilder(path).build(), BodyHandlers.ofString());
    }

    /** Returns the first record's offset, or -1 if there is none. */
    private static long first(HttpResponse<String> read) throws Exception {
        return read.statusCode() == 200
                ? JSON.readTree(read.body().lines().findFirst().orElse("{}"))
                        .path("offset")
                        .asLong(-1)
                : -1;
    }

    private static String next(HttpResponse<String> read) {
        return read.headers().firstValue("Next-Cursor").orElse("");
    }

    private int commit(String node, String position) throws Exception {
        var request = HttpRequest.newBuilder(cluster.url(node).resolve("/v1/logs/one/cursors/reader"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"position\":\"" + position + "\"}"))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }
}
