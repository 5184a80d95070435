package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.load.LoadResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upgrade without downtime: each node is drained, ended, started again and given work again, under load. */
class RollingRestartTest {

    /**
     * Above the longest time in which a node takes over, so that nobody gives up a call that is answered in the end.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    @Tag("long")
    void noRequestFailsForGoodWhileNodeAfterNodeIsRestarted() throws Exception {
        try (var cluster = TestCluster.start(folder, 3, Map.of());
                var load = new ClusterLoad(cluster, 0.3, PATIENCE, 5)) {
            for (var node : cluster.names()) {
                cluster.drain(node);
                cluster.stop(node);
                cluster.start(node);
                cluster.undrain(node);
            }

            assertFaultless(load.end());
            assertThat(cluster.endAndAssertSameEverywhere()).isGreaterThanOrEqualTo(ClusterLoad.SHARDS);
        }
    }

    private static void assertFaultless(LoadResult result) {
        System.out.println(result.retries() + " retries, " + result.kinds() + ", " + result.verify());
        assertThat(result.errors()).as("requests that failed for good").isEmpty();
        assertThat(result.wrongReads()).isZero();
        assertThat(result.verify().isFaultless()).as(result.toString()).isTrue();
    }
}
