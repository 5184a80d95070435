package io.forelog.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.NoLeaderException;
import io.forelog.replication.AppendCommand;
import io.forelog.server.peer.ControlCalls;
import io.forelog.server.peer.PeerConfig;
import io.forelog.server.peer.PeerCredentials;
import io.forelog.server.peer.PeerException;
import io.forelog.server.peer.Peers;
import io.forelog.storage.MemoryDir;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call a node as nodes do, and with what. */
class InternalCallsTest {

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private TestNodes nodes;
    private final HttpClient client =
            HttpClient.newBuilder().version(Version.HTTP_1_1).build();

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, Duration.ofSeconds(3));
        nodes.b.hold(TestNodes.log());
        nodes.warm(nodes.a, nodes.b);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        nodes.close();
    }

    private HttpResponse<String> post(String call, byte[] body, String cluster, String key) throws Exception {
        return client.send(request(call, body, cluster, key).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String call, byte[] body, String cluster, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + nodes.b.port() + "/internal/" + call))
                .header("Forelog-Cluster", cluster)
                .header("Forelog-Cluster-Key", key)
                .POST(BodyPublishers.ofByteArray(body));
    }

    @Test
    void aCallerOfAnotherClusterOrWithoutTheKeyIsRefused() throws Exception {
        assertThat(post("held", new byte[1], "another", "secret").statusCode()).isEqualTo(403);
        assertThat(post("held", new byte[1], TestNode.CLUSTER, "secreT").statusCode())
                .isEqualTo(403);
        assertThat(post("held", new byte[1], TestNode.CLUSTER, "").statusCode()).isEqualTo(403);
        assertThat(post("held", new byte[1], TestNode.CLUSTER, "secret").statusCode())
                .isEqualTo(400);
    }

    @Test
    void withoutAKeyNobodyIsTakenForANodeWhereCallersMustAuthenticate() {
        assertThat(new PeerCredentials("c", "", true, null).admits("c", null, null))
                .isFalse();
        assertThat(new PeerCredentials("c", "", true, null).admits("c", "", null))
                .isFalse();
        assertThat(new PeerCredentials("c", "k", true, null).admits("c", "k", null))
                .isTrue();
        assertThat(new PeerCredentials("c", "", false, null).admits("c", null, null))
                .isTrue();
        assertThat(new PeerCredentials("c", "", false, null).admits("d", null, null))
                .isFalse();
    }

    @Test
    void bodiesThatAreNoMessageAreRefusedAndNoDefect() throws Exception {
        for (var call : new String[] {"append-to", "points", "run", "batches", "totals"}) {
            assertThat(post(call, new byte[0], TestNode.CLUSTER, "secret").statusCode())
                    .as(call)
                    .isEqualTo(400);
            assertThat(post(call, "{}".getBytes(StandardCharsets.UTF_8), TestNode.CLUSTER, "secret")
                            .statusCode())
                    .as(call)
                    .isEqualTo(400);
        }
        assertThat(post("nothing", new byte[1], TestNode.CLUSTER, "secret").statusCode())
                .isEqualTo(404);
        // Who sends such a body without asking may meet a closed connection before the answer.
        var asked = request("append-to", new byte[6 << 20], TestNode.CLUSTER, "secret")
                .expectContinue(true)
                .build();
        assertThat(client.send(asked, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
    }

    @Test
    void aNodeOfAnotherClusterIsRefusedBeforeItIsListenedTo() throws Exception {
        var stranger = new Peers(
                nodes.vertx,
                PeerConfig.of("another", "secret"),
                Map.of("b", "127.0.0.1:" + nodes.b.port())::get,
                new SimpleMeterRegistry());
        TestNode.await(stranger.start());

        assertThatThrownBy(() -> new ControlCalls(stranger)
                        .metadata("b", new byte[3], Duration.ofSeconds(20))
                        .get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(PeerException.class, e -> {
                    assertThat(e.mayHaveArrived()).isFalse();
                    assertThat(e).hasMessageContaining("403");
                });
        TestNode.await(stranger.close());
    }

    @Test
    void callsAreCountedByHowTheyEnd() throws Exception {
        ControlCalls.serve(
                nodes.b.server,
                bytes -> CompletableFuture.completedFuture(bytes),
                bytes -> CompletableFuture.failedFuture(new NoLeaderException("ask c", "c")));
        var calls = new ControlCalls(nodes.a.peers);

        calls.metadata("b", new byte[] {5}, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> calls.join(nodes.addresses.get("b"), new byte[] {5}, Duration.ofSeconds(20))
                .get(30, TimeUnit.SECONDS));
        assertThatThrownBy(() -> calls.join("127.0.0.1:1", new byte[] {5}, Duration.ofSeconds(20))
                .get(30, TimeUnit.SECONDS));

        var meters = nodes.a.meters;
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(meters.get("forelog.peer.calls")
                            .tags("call", "metadata", "outcome", "answered")
                            .timer()
                            .count())
                    .isOne();
            assertThat(meters.get("forelog.peer.calls")
                            .tags("call", "join", "outcome", "failed")
                            .timer()
                            .count())
                    .isOne();
            assertThat(meters.get("forelog.peer.calls")
                            .tags("call", "join", "outcome", "unsent")
                            .timer()
                            .count())
                    .isOne();
            assertThat(meters.get("forelog.peer.breakers.open").gauge().value()).isOne();
        });
    }

    @Test
    void bytesForTheMetadataStoreGoThroughUnread() throws Exception {
        ControlCalls.serve(
                nodes.b.server,
                bytes -> CompletableFuture.completedFuture(new byte[] {bytes[0], 9}),
                bytes -> CompletableFuture.failedFuture(new NoLeaderException("ask c", "c")));
        var calls = new ControlCalls(nodes.a.peers);

        assertThat(calls.metadata("b", new byte[] {5}, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS))
                .containsExactly(5, 9);
        assertThatThrownBy(() -> calls.join(nodes.addresses.get("b"), new byte[] {5}, Duration.ofSeconds(20))
                        .get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        NoLeaderException.class, e -> assertThat(e.leader()).isEqualTo("c"));
    }

    @Test
    void anAppendThatIsLargerThanABodyMayBeIsRefusedAndNotOfUnknownOutcome() {
        var large = TestNodes.batch("x".repeat(6 << 20));

        var append = nodes.a.append(TestNodes.SHARD, large, AppendCommand.ANY_OFFSET);

        assertThatThrownBy(() -> append.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(NoLeaderException.class);
        assertThat(nodes.b.replica(TestNodes.SHARD).highWatermark()).isZero();
    }
}
