package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.server.NodeFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void aNodeThatJoinedFindsItsClusterWithoutBeingToldAgain() throws Exception {
        try (var first = node("n1", "one");
                var second = node("n2", "two", join(first))) {
            awaitCreated(first, "a");
            await().atMost(SOON).until(() -> second.get("/v1/logs/a").statusCode() == 200);

            second.set("cluster.join", "");
            second.restart();

            assertThat(second.get("/v1/logs/a").statusCode()).isEqualTo(200);
            assertThat(NodeFixture.json(second.get("/v1/nodes")).get("nodes")).hasSize(2);
            awaitCreated(second, "b");
        }
    }

    @Test
    void aNameIsGivenToAnotherDiskOnlyOnceItsNodeIsGone() throws Exception {
        try (var first = node("n1", "one")) {
            var second = node("n2", "two", join(first));
            assertThatThrownBy(() -> node("n2", "three", join(first)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the name 'n2' is taken");
            assertThatThrownBy(() -> node("n1", "three", join(first))).hasMessageContaining("of node 'n2'");
            second.close();

            try (var replaced = node("n2", "three", join(first))) {
                var nodes = NodeFixture.json(replaced.get("/v1/nodes")).get("nodes");
                assertThat(nodes.findValues("incarnation").toString()).isEqualTo("[0, 1]");
                awaitCreated(replaced, "a");
                // It has heard of the other directory, which had its place before.
                await().atMost(SOON).untilAsserted(() -> {
                    var ready = replaced.get("/health/ready");
                    assertThat(ready.statusCode()).as(new String(ready.body(), StandardCharsets.UTF_8)).isEqualTo(200);
                });
            }
            assertThatThrownBy(() -> node("n2", "two", "cluster.startTimeout=PT2S"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aNodeThatFindsNobodyToJoinSaysWhomItAsked() {
        assertThatThrownBy(() -> node("n2", "two", "cluster.join=127.0.0.1:1", "cluster.startTimeout=PT1S"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void aDrainedNodeIsShownAsSuchUntilItIsTakenBack() throws Exception {
        try (var first = node("n1", "one");
                var second = node("n2", "two", join(first))) {
            assertThat(second.send("POST", "/v1/nodes/n1/drain", null).statusCode())
                    .isEqualTo(200);
            await().atMost(SOON).untilAsserted(() -> assertThat(NodeFixture.text(first.get("/v1/nodes")))
                    .contains("\"draining\":true"));

            assertThat(second.send("POST", "/v1/nodes/n1/undrain", null).statusCode())
                    .isEqualTo(200);

            await().atMost(SOON).untilAsserted(() -> assertThat(NodeFixture.text(first.get("/v1/nodes")))
                    .doesNotContain("\"draining\":true"));
            assertThat(second.send("POST", "/v1/nodes/none/drain", null).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aRemovedNodeLeavesWhatItHeldBehindAndNeverComesBack() throws Exception {
        try (var first = node("n1", "one")) {
            var second = node("n2", "two", join(first));
            awaitCreated(first, "a");
            await().atMost(SOON)
                    .until(() ->
                            first.append("a", "{\"key\":\"k\",\"value\":1}").statusCode() == 201);

            assertThat(second.send("DELETE", "/v1/nodes/n2", null).statusCode()).isIn(202, 204);
            await().atMost(SOON).until(() -> first.get("/v1/nodes/n2").statusCode() == 404);

            assertThat(first.send("DELETE", "/v1/nodes/n2", null).statusCode())
                    .as("a repeat")
                    .isEqualTo(204);
            await().atMost(SOON).until(() -> second.get("/health/ready").statusCode() == 503);
            second.close();
            assertThatThrownBy(() -> node("n2", "two")).hasMessageContaining("removed from the cluster for ever");
            assertThatThrownBy(() -> node("n2", "three", join(first))).hasMessageContaining("removed for ever");
            var last = first.send("DELETE", "/v1/nodes/n1", null);
            assertThat(NodeFixture.text(last)).contains("last-replica");
            assertThat(last.statusCode()).isEqualTo(409);
            await().atMost(SOON)
                    .until(() ->
                            first.append("a", "{\"key\":\"k\",\"value\":2}").statusCode() == 201);
            assertThat(NodeFixture.text(first.get("/v1/logs/a/keys/k/records"))).contains("\"value\":1", "\"value\":2");
        }
    }

    @Test
    void aNodeThatIsDownIsNotRemovedWhereARecordMightBeLostWithIt() throws Exception {
        try (var first = node("n1", "one")) {
            var second = node("n2", "two", join(first));
            await().atMost(SOON)
                    .until(() -> first.put("/v1/logs/a", "{\"replicas\":1}").statusCode(), status -> status / 100 == 2);
            second.close();
            await().atMost(SOON).untilAsserted(() -> assertThat(NodeFixture.text(first.get("/v1/nodes/n2")))
                    .contains("\"state\":\"down\""));

            assertThat(NodeFixture.text(first.send("DELETE", "/v1/nodes/n2", null)))
                    .contains("last-replica");
        }
    }

    /** On a busy machine its shards may not be open in time: then the caller is told to ask again. */
    private static void awaitCreated(NodeFixture node, String log) {
        await().atMost(SOON).until(() -> node.put("/v1/logs/" + log, "{}").statusCode(), status -> status / 100 == 2);
    }

    private NodeFixture node(String name, String data, String... settings) throws IOException {
        var all = new String[settings.length + 1];
        all[0] = "node.name=" + name;
        System.arraycopy(settings, 0, all, 1, settings.length);
        return NodeFixture.start(directory.resolve(data), all);
    }

    private static String join(NodeFixture node) {
        return "cluster.join=" + node.url().substring("http://".length());
    }
}
