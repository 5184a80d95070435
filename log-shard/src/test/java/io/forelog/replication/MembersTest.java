package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.metadata.Group;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.PlaceGroup;
import io.forelog.raft.MemberId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group goes to other nodes and back, and nothing is lost, nor anything left behind for ever. */
class MembersTest {

    private static final Duration SOON = Duration.ofSeconds(120);
    private static final List<String> AT_FIRST = List.of("a", "b", "c");
    private static final List<String> LATER = List.of("a", "b", "d");

    @TempDir
    private Path directory;

    private GroupsFixture cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        cluster.leftoversGrace(Duration.ofMillis(500));
        for (var node : AT_FIRST) {
            cluster.start(node);
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aGroupThatMovedHasEverythingWhereItIsAndLeavesNothingWhereItWas() throws Exception {
        var log = filled("moved", 60);
        cluster.join("d");
        cluster.start("d");

        place(log, LATER);
        append(log, 60, 70);

        awaitOn(log, LATER);
        cluster.assertSameOn(LATER, log, 0, 70);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(files("c", log)).doesNotExist();
            assertThat(homes("c", log)).isEmpty();
        });
        assertThat(files("a", log)).exists();
    }

    @Test
    void aReplicaThatComesBackIsAnotherMemberAndHasEverything() throws Exception {
        var log = filled("back", 60);
        cluster.join("d");
        cluster.start("d");
        var before = group(log).replicaOn("c").orElseThrow();
        place(log, LATER);
        awaitOn(log, LATER);
        append(log, 60, 80);

        place(log, AT_FIRST);
        append(log, 80, 90);

        awaitOn(log, AT_FIRST);
        cluster.assertSameOn(AT_FIRST, log, 0, 90);
        assertThat(group(log).present()).doesNotContain(before).contains(new MemberId("c", 2));
        assertThat(cluster.node("c").replication().status())
                .anyMatch(hosted -> hosted.group() == group(log).id()
                        && hosted.status().self().incarnation() == 2);
    }

    @Test
    void whatIsReplacedStaysUntilItsSuccessorHasEverything() throws Exception {
        var log = filled("kept", 30);
        cluster.join("d");

        place(log, LATER);
        append(log, 30, 40);

        // The new member does not run. The old one is needed for as long as that lasts.
        await().during(Duration.ofSeconds(3)).atMost(SOON).untilAsserted(() -> {
            assertThat(group(log).present()).contains(MemberId.of("c"));
            assertThat(files("c", log)).exists();
        });
        cluster.assertSameOn(AT_FIRST, log, 0, 40);
        cluster.stop("c");
        cluster.start("c");
        append(log, 40, 50);
        cluster.assertSameOn(AT_FIRST, log, 0, 50);

        cluster.start("d");
        awaitOn(log, LATER);
        cluster.assertSameOn(LATER, log, 0, 50);
    }

    @Test
    void aGroupThatShrankToTwoVotersGetsItsThirdBackAndSurvivesALossAgain() throws Exception {
        var log = filled("shrunk", 30);
        place(log, List.of("a", "b"));
        awaitOn(log, List.of("a", "b"));
        append(log, 30, 40);
        cluster.join("d");
        cluster.start("d");

        place(log, LATER);

        awaitOn(log, LATER);
        await().atMost(SOON).untilAsserted(() -> assertThat(voters(log)).containsExactlyInAnyOrderElementsOf(LATER));
        cluster.stop("a");
        append(log, 40, 50);
        cluster.assertSameOn(List.of("b", "d"), log, 0, 50);
    }

    private List<String> voters(Log log) {
        return cluster.node(cluster.leaderOf(log, 0)).replication().status().stream()
                .filter(hosted -> hosted.group() == group(log).id())
                .flatMap(hosted -> hosted.status().membership().voters().stream())
                .map(MemberId::node)
                .toList();
    }

    private Log filled(String name, int records) {
        var log = cluster.createLog(name, 1);
        append(log, 0, records);
        cluster.assertSameOn(AT_FIRST, log, 0, records);
        return log;
    }

    private void append(Log log, int from, int end) {
        for (int number = from; number < end; number++) {
            assertThat(cluster.append(log, 0, number).baseOffset()).isEqualTo(number);
        }
    }

    private Group group(Log log) {
        return cluster.metadata().state().group(log.shards().shards().getFirst());
    }

    private void place(Log log, List<String> nodes) {
        cluster.metadata()
                .submit(new PlaceGroup(group(log).id(), nodes, nodes.getFirst()))
                .join();
    }

    private void awaitOn(Log log, List<String> nodes) {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(group(log).isMoving()).isFalse();
            assertThat(group(log).holders()).containsExactlyInAnyOrderElementsOf(nodes);
        });
    }

    private Path files(String node, Log log) {
        return cluster.home(node)
                .resolve("logs")
                .resolve(String.format("%016x", log.incarnation()))
                .resolve("0");
    }

    private List<Path> homes(String node, Log log) throws Exception {
        try (var paths = Files.list(cluster.home(node).resolve("groups"))) {
            return paths.filter(path ->
                            path.getFileName().toString().startsWith(group(log).channel() + "-"))
                    .toList();
        }
    }
}
