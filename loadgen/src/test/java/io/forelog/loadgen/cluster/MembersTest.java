package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes come and go for ever, under load. */
class MembersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration EVEN_MAX = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    @Test
    @Tag("long")
    void nothingIsLostWhileNodesAreAddedAndRemovedAndReplicasAreEvenAtLast() throws Exception {
        try (var cluster = TestCluster.start(folder, 3, Map.of("replication.leftoversGrace", "PT2S"));
                var load = new ClusterLoad(cluster, 0.1, PATIENCE, 6)) {
            Fault.pass(Duration.ofSeconds(2));
            var added = cluster.add();
            await().atMost(EVEN_MAX)
                    .untilAsserted(() -> assertThat(cluster.holds().values())
                            .hasSize(4)
                            .allMatch(holds -> holds == 2 || holds == 3));

            cluster.remove("n2");
            await().atMost(EVEN_MAX)
                    .untilAsserted(() -> assertThat(cluster.holds()).isEqualTo(Map.of("n1", 3, "n3", 3, added, 3)));
            cluster.kill("n3");
            Fault.deleteTree(cluster.data("n3"));
            cluster.start("n3");
            await().atMost(EVEN_MAX).untilAsserted(() -> assertThat(
                            cluster.node("n1", "n3").path("role").asText())
                    .isIn("voter", "leader"));
            var result = load.end();

            System.out.println(result.errors() + ", " + result.retries() + " retries, " + result.verify());
            assertThat(result.verify().isFaultless())
                    .as(result.verify().toString())
                    .isTrue();
            assertThat(result.wrongReads()).isZero();
            assertThat(cluster.endAndAssertSameEverywhere()).isGreaterThanOrEqualTo(ClusterLoad.SHARDS);
        }
    }

    @Test
    @Tag("long")
    void theReplicasOfANodeThatIsDeadForLongAreReplacedAndItComesBackWithNothing() throws Exception {
        var settings = Map.of("cluster.deadAfter", "PT5S", "replication.leftoversGrace", "PT2S");
        try (var cluster = TestCluster.start(folder, 3, settings);
                var load = new ClusterLoad(cluster, 0.1, PATIENCE, 7)) {
            var added = cluster.add();
            cluster.kill("n3");
            await().atMost(EVEN_MAX).untilAsserted(() -> assertThat(cluster.holds())
                    .isEqualTo(Map.of("n1", 3, "n2", 3, "n3", 0, added, 3)));

            cluster.start("n3");
            await().atMost(EVEN_MAX)
                    .untilAsserted(() -> assertThat(cluster.holds().values())
                            .hasSize(4)
                            .allMatch(holds -> holds == 2 || holds == 3));
            var result = load.end();

            System.out.println(result.errors() + ", " + result.retries() + " retries, " + result.verify());
            assertThat(result.verify().isFaultless())
                    .as(result.verify().toString())
                    .isTrue();
        }
    }
}
