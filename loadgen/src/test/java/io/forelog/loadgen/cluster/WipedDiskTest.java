package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node loses its disk for good, is started again with an empty one, and nobody does anything else. */
class WipedDiskTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    @Test
    void aNodeThatLostItsDiskCatchesUpWithShardsThatAreInUse() throws Exception {
        try (var cluster = TestCluster.start(folder, 3, Map.of());
                var load = new ClusterLoad(cluster, 0.1, PATIENCE, 5)) {
            Fault.pass(Duration.ofSeconds(3));
            cluster.kill("n2");
            Fault.deleteTree(cluster.data("n2"));
            cluster.start("n2");
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(
                            cluster.node("n1", "n2").path("role").asText())
                    .isIn("voter", "leader"));

            var result = load.end();

            assertThat(result.verify().isFaultless())
                    .as(result.verify().toString())
                    .isTrue();
            assertThat(cluster.node("n1", "n2").path("incarnation").asInt()).isEqualTo(1);
            assertThat(cluster.endAndAssertSameEverywhere()).isGreaterThanOrEqualTo(ClusterLoad.SHARDS);
        }
    }

    @Test
    @Tag("long")
    void aNodeThatLostItsDiskCatchesUpWithAGigabyte() throws Exception {
        long bytes = 1L << 30;
        try (var cluster = TestCluster.start(folder, 3, Map.of())) {
            cluster.create("big", 1);
            cluster.fill("big", bytes);
            cluster.kill("n2");
            Fault.deleteTree(cluster.data("n2"));

            long began = System.nanoTime();
            cluster.start("n2");
            cluster.awaitNoLag();
            double seconds = (System.nanoTime() - began) / 1e9;

            System.out.printf("1 GiB caught up in %.1f s, %.0f MB/s, start included%n", seconds, bytes / seconds / 1e6);
            assertThat(cluster.endAndAssertSameEverywhere()).isPositive();
        }
    }
}
