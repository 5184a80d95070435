package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A leader that has lost the others, and does not know it at first. */
class CutOffLeaderTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void cutOffItAcknowledgesNothingAndTheOthersGoOn() throws Exception {
        assertAcknowledgesNothingAndTheOthersGoOn(Fault.CUT_OFF);
    }

    @ParameterizedTest
    @Tag("long")
    @EnumSource(
            value = Fault.class,
            names = {"DEAF", "MUTE"})
    void cutOffOneWayItAcknowledgesNothingAndTheOthersGoOn(Fault fault) throws Exception {
        assertAcknowledgesNothingAndTheOthersGoOn(fault);
    }

    private void assertAcknowledgesNothingAndTheOthersGoOn(Fault fault) throws Exception {
        try (var cluster = TestCluster.start(folder, 3, Map.of())) {
            cluster.create("one", 1);
            var leader = cluster.leader("one", 0);
            var other = cluster.names().stream()
                    .filter(name -> !name.equals(leader))
                    .findFirst()
                    .orElseThrow();
            fault.strike(cluster, leader, other);

            assertThat(cluster.append(leader, "one", "lost")).isIn("no-leader", "no-quorum", "commit-unknown");
            await().atMost(SOON).untilAsserted(() -> assertThat(cluster.append(other, "one", "kept"))
                    .isEqualTo("appended"));

            cluster.heal();
            await().atMost(SOON).untilAsserted(() -> assertThat(cluster.append(leader, "one", "mended"))
                    .isEqualTo("appended"));
            assertThat(cluster.endAndAssertSameEverywhere()).isPositive();
        }
    }
}
