package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as it is run: a process with nodes as its children. */
class ClusterMainTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void threeNodesAreOneClusterThatOutlivesOneOfThemAndIsTheSameWhenStartedAgain() throws Exception {
        var urls = new TreeMap<String, String>();
        try (var cluster = ClusterProcess.start(directory, "--nodes", "3", "--regions", "east,west")) {
            cluster.children().forEach((name, child) -> urls.put(name, child.url()));
            assertThat(urls).containsOnlyKeys("n1", "n2", "n3");
            await().atMost(SOON).untilAsserted(() -> assertThat(nodes(urls.get("n3")))
                    .containsExactly("n1 east up", "n2 west up", "n3 east up"));
            assertThat(call("PUT", urls.get("n3") + "/v1/logs/a", "{}").statusCode())
                    .isEqualTo(201);

            // The third vote must be there before one can be missed.
            await().atMost(SOON).until(() -> voters(urls.get("n1")) == 3);
            cluster.children().get("n2").kill();

            await().atMost(SOON)
                    .until(() -> cluster.complaints().stream().anyMatch(line -> line.contains("node n2 (pid")));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(nodes(urls.get("n1"))).contains("n2 west down", "n3 east up"));
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            call("PUT", urls.get("n1") + "/v1/logs/b", "{}").statusCode())
                    .isBetween(200, 201));
            assertThat(cluster.isAlive()).isTrue();
        }

        try (var again = ClusterProcess.start(directory)) {
            again.children().forEach((name, child) -> assertThat(child.url()).isEqualTo(urls.get(name)));
            assertThat(nodes(urls.get("n2"))).hasSize(3);
            for (var url : urls.values()) {
                assertThat(JSON.readTree(call("GET", url + "/v1/logs", "").body())
                                .findValuesAsText("name"))
                        .containsExactly("a", "b");
            }
        }
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingIsStarted() throws Exception {
        assertThatThrownBy(() -> ClusterPlan.of(directory, 0, List.of("here"), 0))
                .hasMessageContaining("--nodes");
        var plan = ClusterPlan.of(directory, 3, List.of("here", "there"), 0);
        assertThat(ClusterPlan.of(directory, 0, List.of("elsewhere"), 0)).isEqualTo(plan);
        assertThat(ClusterPlan.of(directory, 4, List.of("elsewhere"), 0).nodes())
                .startsWith(plan.nodes().toArray(ClusterPlan.Planned[]::new));
        assertThatThrownBy(() -> ClusterPlan.of(directory, 2, List.of("here"), 0))
                .hasMessageContaining("has 4 nodes");
    }

    private List<String> nodes(String url) throws Exception {
        var nodes = JSON.readTree(call("GET", url + "/v1/nodes", "").body()).get("nodes");
        return nodes.valueStream()
                .map(node -> text(node, "name") + " " + text(node, "region") + " " + text(node, "state"))
                .toList();
    }

    private long voters(String url) throws Exception {
        var nodes = JSON.readTree(call("GET", url + "/v1/nodes", "").body()).get("nodes");
        return nodes.valueStream()
                .filter(node -> List.of("leader", "voter").contains(text(node, "role")))
                .count();
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }

    private HttpResponse<String> call(String method, String url, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
