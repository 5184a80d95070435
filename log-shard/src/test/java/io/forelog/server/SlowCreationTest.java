package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is created whose groups cannot form yet: one of their two nodes is down. */
class SlowCreationTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LOG = "/v1/logs/slow";

    @Test
    void aCreationThatLastsTooLongIsToBeTriedAgainAndIsDoneWhenItsNodesAreThere(@TempDir Path folder)
            throws Exception {
        try (var one = NodeFixture.start(folder.resolve("1"), "shard.openTimeout=PT0.5S")) {
            var join = "cluster.join=" + one.url().substring("http://".length());
            NodeFixture.start(folder.resolve("2"), "node.name=node-2", join).close();

            var slow = one.put(LOG, "{\"replicas\":2}");

            assertProblem(slow, 503, "no-leader");
            assertThat(NodeFixture.json(slow).get("retryable").booleanValue()).isTrue();

            try (var two = NodeFixture.start(folder.resolve("2"), "node.name=node-2", join)) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(
                                        one.put(LOG, "{\"replicas\":2}").statusCode())
                                .isEqualTo(200));
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(
                                        two.append("slow", "{\"value\":1}").statusCode())
                                .isEqualTo(201));
            }
        }
    }
}
