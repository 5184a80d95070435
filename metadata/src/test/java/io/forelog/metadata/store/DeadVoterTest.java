package io.forelog.metadata.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.metadata.ClusterState;
import io.forelog.raft.MemberId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadVoterTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void aVoterThatIsDeadIsReplacedByALearnerAndComesBackAsOne() throws Exception {
        try (var cluster = new MetadataCluster(directory).deadAfter(Duration.ofSeconds(2))) {
            cluster.found("n1");
            cluster.managed();
            cluster.join("n1", "d1");
            for (var name : List.of("n2", "n3", "n4")) {
                cluster.start(MemberId.of(name));
                cluster.join(name, "d-" + name);
            }
            await().atMost(SOON)
                    .until(() -> voters(cluster).size() == 3 && members(cluster).size() == 4);
            var dead = voters(cluster).stream()
                    .filter(voter -> !voter.node().equals(cluster.leader().name()))
                    .findFirst()
                    .orElseThrow();

            cluster.node(dead.node()).kill();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(voters(cluster)).hasSize(3).doesNotContain(dead, dead.next()));
            var state = cluster.leader().store().state();
            assertThat(incarnation(state, dead)).isEqualTo(1);

            var back = cluster.start(dead.next());
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(back.store().state().nodes()).hasSize(4);
                assertThat(members(cluster)).contains(dead.next());
            });
            assertThat(voters(cluster)).doesNotContain(dead.next());
        }
    }

    private static int incarnation(ClusterState state, MemberId member) {
        return state.nodes().get(member.node()).incarnation();
    }

    private static List<MemberId> voters(MetadataCluster cluster) {
        return cluster.leader().store().group().status().membership().voters();
    }

    private static List<MemberId> members(MetadataCluster cluster) {
        return cluster.leader().store().group().status().membership().members();
    }
}
