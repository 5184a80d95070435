package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that runs on, cut off, while the others go on without it: it must notice when it hears them again. */
@Tag("long")
class SupersededNodeTest {

    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    @Test
    void aNodeThatWasReplacedWhileItWasCutOffComesBackAsAnotherMember() throws Exception {
        var settings = Map.of("cluster.deadAfter", "PT6S", "replication.leftoversGrace", "PT2S");
        try (var cluster = TestCluster.start(folder, 3, settings)) {
            cluster.add();
            cluster.create("kept", 4);
            long pid = cluster.pid("n3");
            cutOff(cluster, "n3");
            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
                assertThat(cluster.node("n1", "n3").path("incarnation").asInt()).isPositive();
                assertThat(cluster.holds()).containsEntry("n3", 0);
            });
            assertThat(cluster.append("n1", "kept", "meanwhile")).isEqualTo("appended");

            cluster.heal();

            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
                assertThat(cluster.holds().values()).hasSize(4).allMatch(holds -> holds >= 2);
                assertThat(cluster.append("n3", "kept", "again")).isEqualTo("appended");
            });
            assertThat(cluster.pid("n3")).as("the process goes on").isEqualTo(pid);
            assertThat(cluster.isAlive("n3")).isTrue();
        }
    }

    @Test
    void aNodeThatWasRemovedWhileItWasCutOffEndsWhenItHearsOfThat() throws Exception {
        try (var cluster = TestCluster.start(folder, 3, Map.of("cluster.deadAfter", "PT6S"))) {
            cluster.add();
            cluster.create("kept", 4);
            cutOff(cluster, "n3");
            cluster.remove("n3", cluster::heal);

            assertThat(cluster.isAlive("n3")).isFalse();
            assertThat(cluster.append("n1", "kept", "after")).isEqualTo("appended");
        }
    }

    private static void cutOff(TestCluster cluster, String node) {
        for (var other : List.of("n1", "n2", "n4")) {
            cluster.cut(node, other);
            cluster.cut(other, node);
        }
    }
}
