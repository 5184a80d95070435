package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.server.peer.PeerCredentials;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes under TLS and API keys, and those who are none of them. */
class SecureClusterTest {

    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    private static Path directory;

    private static SecureCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new SecureCluster(directory);
        cluster.start("n1");
        cluster.start("n2");
        cluster.start("n3");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void nodesElectAppendAndReadUnderTls() throws Exception {
        createLog("n2");
        for (var node : new String[] {"n1", "n2", "n3"}) {
            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(append(node, node))
                    .isEqualTo(201));
        }

        for (var node : new String[] {"n1", "n2", "n3"}) {
            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(
                            cluster.call(node, "GET", "/v1/logs/a/keys/n1", "").body())
                    .contains("of n1"));
        }
        try (var anyone =
                HttpClient.newBuilder().sslContext(cluster.withoutCertificate()).build()) {
            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(
                            cluster.send(anyone, "n1", HttpRequest.newBuilder(), "/v1/logs/a/keys/n1")
                                    .statusCode())
                    .isEqualTo(401));
        }
    }

    @Test
    void whoIsNoNodeGetsNothingFromEitherPortAndDisturbsNobody() throws Exception {
        createLog("n1");
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(append("n1", "before"))
                .isEqualTo(201));
        var stranger = cluster.certificates("elsewhere", "n2").context();
        var node = cluster.certificates("certs", "n2").context();
        var nobody = cluster.withoutCertificate();
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (var target : new String[] {"n1", "n2", "n3"}) {
            for (int i = 0; i < 20; i++) {
                var rubbish = new byte[1 + random.nextInt(4000)];
                random.nextBytes(rubbish);
                cluster.pelt(cluster.raftPort(target), rubbish);
            }
        }
        for (int i = 0; i < 20; i++) {
            var rubbish = new byte[1 + random.nextInt(4000)];
            random.nextBytes(rubbish);
            cluster.pelt(cluster.port("n1"), rubbish);
        }

        assertThat(cluster.isGreeted(stranger, "n2", "n1"))
                .as("a stranger's certificate")
                .isFalse();
        assertThat(cluster.isGreeted(nobody, "n2", "n1")).as("no certificate").isFalse();
        assertThat(cluster.isGreeted(null, "n2", "n1")).as("no TLS").isFalse();
        assertThat(cluster.isGreeted(node, "n3", "n1"))
                .as("another node's name")
                .isFalse();
        await("a node").atMost(SOON).until(() -> cluster.isGreeted(node, "n2", "n1"));

        await("no certificate").atMost(SOON).ignoreExceptions().until(() -> asNode(nobody) == 403);
        assertThatThrownBy(() -> asNode(stranger))
                .as("a stranger's certificate")
                .isInstanceOf(IOException.class);
        await("a node, with a body that is no message")
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> asNode(node) == 400);

        await().atMost(SOON).ignoreExceptions().until(() -> cluster.nodesKnown("n1") == 3);
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(append("n2", "after"))
                .isEqualTo(201));
    }

    @Test
    void aNodeThatAnotherAuthoritySignedCannotJoin() throws Exception {
        try (var stranger = cluster.node("n4", "elsewhere", "cluster.startTimeout=PT2S")) {
            assertThatThrownBy(stranger::start).isInstanceOf(IOException.class);
        }
        await().atMost(SOON).ignoreExceptions().until(() -> cluster.nodesKnown("n1") == 3);
    }

    private static void createLog(String node) {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(
                        cluster.call(node, "PUT", "/v1/logs/a", "{\"replicas\":3,\"shards\":4}")
                                .statusCode())
                .isIn(200, 201));
    }

    private int append(String node, String key) throws Exception {
        return cluster.call(
                        node, "POST", "/v1/logs/a/records", "{\"key\":\"" + key + "\",\"value\":\"of " + key + "\"}")
                .statusCode();
    }

    private int asNode(SSLContext by) throws Exception {
        try (var client = HttpClient.newBuilder().sslContext(by).build()) {
            return cluster.send(
                            client,
                            "n1",
                            HttpRequest.newBuilder()
                                    .header(PeerCredentials.CLUSTER_HEADER, "forelog")
                                    .POST(BodyPublishers.ofByteArray(new byte[1])),
                            "/internal/held")
                    .statusCode();
        }
    }
}
