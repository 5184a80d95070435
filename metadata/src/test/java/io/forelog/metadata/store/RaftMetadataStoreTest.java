package io.forelog.metadata.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.LogExistsException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoQuorumException;
import io.forelog.error.NoSuchLogException;
import io.forelog.metadata.Ack;
import io.forelog.metadata.ApiKey;
import io.forelog.metadata.Bounds;
import io.forelog.metadata.ClientState.SavedCursor;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Fsync;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CommitCursor;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.PutApiKey;
import io.forelog.metadata.MetadataCommand.UpdateLog;
import io.forelog.raft.MemberId;
import io.forelog.record.Compression;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftMetadataStoreTest {

    private static final LogSettings SETTINGS = new LogSettings(
            3,
            1,
            Ack.ALL,
            Fsync.INTERVAL,
            "/",
            new Bounds(Duration.ofDays(7), 1_000L),
            new Bounds(null, 5L),
            true,
            100,
            Compression.ZSTD);

    @TempDir
    private Path directory;

    @Test
    void everythingIsThereAfterARestart() throws Exception {
        ClusterState before;
        try (var cluster = new MetadataCluster(directory, "n1")) {
            cluster.join("n1", "disk");
            var store = cluster.leader().store();
            store.submit(new CreateLog("a", SETTINGS, 42)).join();
            store.submit(new CommitCursor("a", "reader", new SavedCursor("position", 44), List.of()))
                    .join();
            store.group().checkpoint();
            store.submit(new PutApiKey(new ApiKey("id", "who", "00", List.of("read:a*"), 45, 46, 47, 48)))
                    .join();
            before = store.submit(new CreateLog("b", LogSettings.defaults(1), 43))
                    .join();
        }

        try (var cluster = new MetadataCluster(directory, "n1")) {
            var store = cluster.leader().store();
            await().atMost(MetadataCluster.SOON).until(() -> store.state().version() == before.version());
            assertThat(store.state()).isEqualTo(before);
            assertThat(store.state().log("a").settings()).isEqualTo(SETTINGS);
        }
    }

    @Test
    void aRefusedCommandChangesNothingAndTellsNoWatcherOnAnyNode() throws Exception {
        try (var cluster = three()) {
            cluster.leader().store().submit(new CreateLog("a", SETTINGS, 42)).join();
            var store = cluster.follower().store();
            await().atMost(MetadataCluster.SOON).until(() -> store.state().find("a") != null);
            var before = store.state();
            var seen = new CopyOnWriteArrayList<ClusterState>();
            store.watch((old, now) -> seen.add(now));

            assertThatThrownBy(() -> store.submit(new CreateLog("a", LogSettings.defaults(1), 1))
                            .join())
                    .hasCauseInstanceOf(LogExistsException.class);
            assertThatThrownBy(() -> store.submit(new DeleteLog("z")).join())
                    .hasCauseInstanceOf(NoSuchLogException.class);
            assertThatThrownBy(() -> store.submit(new DrainNode("z", true)).join())
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            store.submit(new CreateLog("a", SETTINGS, 99)).join();

            assertThat(store.state()).isSameAs(before);
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aCommandIsInTheStateOfTheNodeThatSubmittedItOnceItIsDone() throws Exception {
        try (var cluster = three()) {
            for (int i = 0; i < 30; i++) {
                var node = cluster.nodes().get(i % 3);

                node.store()
                        .submit(new CreateLog("log-" + i, LogSettings.defaults(1), i))
                        .join();

                assertThat(node.store().state().find("log-" + i))
                        .as("%d on %s", i, node.name())
                        .isNotNull();
            }
        }
    }

    @Test
    void watchersSeeEachChangeInOrderOnEachNode() throws Exception {
        try (var cluster = three()) {
            var seen = new ArrayList<List<List<ClusterState>>>();
            for (var node : cluster.nodes()) {
                var changes = new CopyOnWriteArrayList<List<ClusterState>>();
                node.store().watch((old, now) -> changes.add(List.of(old, now)));
                seen.add(changes);
            }

            cluster.leader().store().submit(new CreateLog("a", SETTINGS, 1)).join();
            cluster.follower()
                    .store()
                    .submit(new UpdateLog("a", SETTINGS, LogSettings.defaults(1)))
                    .join();
            long last =
                    cluster.follower().store().submit(new DeleteLog("a")).join().version();

            for (var changes : seen) {
                await().atMost(MetadataCluster.SOON)
                        .until(() -> !changes.isEmpty()
                                && changes.getLast().getLast().version() == last);
                for (int i = 1; i < changes.size(); i++) {
                    assertThat(changes.get(i).getFirst())
                            .isSameAs(changes.get(i - 1).getLast());
                    assertThat(changes.get(i).getLast().version())
                            .isGreaterThan(changes.get(i).getFirst().version());
                }
                assertThat(changes).hasSizeGreaterThanOrEqualTo(3);
            }
        }
    }

    @Test
    void aLogCreatedAgainHasAnotherIncarnation() throws Exception {
        try (var cluster = new MetadataCluster(directory, "n1")) {
            cluster.join("n1", "disk");
            var store = cluster.leader().store();
            long first = store.submit(new CreateLog("a", SETTINGS, 1))
                    .join()
                    .log("a")
                    .incarnation();
            store.submit(new DeleteLog("a")).join();
            long second = store.submit(new CreateLog("a", SETTINGS, 1))
                    .join()
                    .log("a")
                    .incarnation();

            assertThat(second).isGreaterThan(first);
        }
    }

    @Test
    void aDeletedLogTakesItsCursorsAlong() throws Exception {
        try (var cluster = new MetadataCluster(directory, "n1")) {
            cluster.join("n1", "disk");
            var store = cluster.leader().store();
            store.submit(new CreateLog("a", SETTINGS, 1)).join();
            store.submit(new CreateLog("b", SETTINGS, 1)).join();
            store.submit(new CommitCursor("a", "reader", new SavedCursor("x", 1), List.of()))
                    .join();
            store.submit(new CommitCursor("b", "reader", new SavedCursor("y", 1), List.of()))
                    .join();

            var state = store.submit(new DeleteLog("a")).join();

            assertThat(state.clients().cursors().values()).containsExactly(new SavedCursor("y", 1));
        }
    }

    /** Every answer is lost at first, so that each command is sent again, and again. */
    @Test
    void aCommandThatIsSentTwiceIsAppliedOnce() throws Exception {
        try (var cluster = three()) {
            var attempts = new AtomicInteger();
            cluster.forwarding((target, command) -> target.store()
                    .execute(command)
                    .thenCompose(reply -> target.store().execute(command))
                    .thenCompose(reply -> attempts.incrementAndGet() % 3 == 0
                            ? CompletableFuture.completedFuture(reply)
                            : CompletableFuture.failedFuture(new ConnectException("the answer is lost"))));
            var follower = cluster.follower().store();
            var counted = new AtomicInteger();
            follower.watch((old, now) -> counted.incrementAndGet());
            for (int i = 0; i < 10; i++) {
                // Deleting and creating in turn: a second time would be refused, or would be another log.
                follower.submit(new CreateLog("a", SETTINGS, i)).join();
                follower.submit(new DeleteLog("a")).join();
            }

            assertThat(follower.state().nextIncarnation()).isEqualTo(11);
            assertThat(counted).hasValue(20);
            assertThat(attempts).hasPositiveValue();
        }
    }

    @Test
    void commandsGoOnWhenTheLeaderIsKilledAndNoneIsLostOrDoubled() throws Exception {
        try (var cluster = three()) {
            var leader = cluster.leader();
            var others = cluster.nodes().stream().filter(node -> node != leader).toList();
            var submitted = new ArrayList<CompletableFuture<ClusterState>>();

            for (int i = 0; i < 40; i++) {
                submitted.add(others.get(i % 2).store().submit(new CreateLog("log-" + i, LogSettings.defaults(1), i)));
                if (i == 20) {
                    leader.kill();
                }
            }
            submitted.forEach(CompletableFuture::join);

            // What was submitted at the other node comes here a moment later.
            await().atMost(MetadataCluster.SOON)
                    .until(() -> others.getFirst().store().state().logs().size() == 40);
            var after = others.getFirst().store().state();
            // Each log took one incarnation: none was applied a second time.
            assertThat(after.nextIncarnation()).isEqualTo(41);
            var restarted = cluster.start(MemberId.of(leader.name())).store();
            await().atMost(MetadataCluster.SOON)
                    .until(() ->
                            restarted.state().equals(others.getLast().store().state()));
        }
    }

    @Test
    void withoutAMajorityACommandFailsInTime() throws Exception {
        try (var cluster = three()) {
            cluster.submitTimeout(Duration.ofSeconds(1));
            var restarted = cluster.follower().name();
            cluster.node(restarted).stop();
            var impatient = cluster.start(MemberId.of(restarted));
            await().atMost(MetadataCluster.SOON)
                    .until(() -> impatient.store().state().nodes().size() == 3);
            cluster.nodes().stream().filter(node -> node != impatient).forEach(MetadataCluster.Node::kill);

            var command = impatient.store().submit(new CreateLog("a", SETTINGS, 1));

            assertThatThrownBy(command::join)
                    .cause()
                    .isInstanceOfAny(NoLeaderException.class, NoQuorumException.class, CommitUnknownException.class);
        }
    }

    @Test
    void theFirstNodeGrowsToThreeVotersAndThenToFiveButNeverRestsAtAnEvenNumber() throws Exception {
        try (var cluster = new MetadataCluster(directory, "n1")) {
            cluster.join("n1", "d1");
            cluster.managed();
            awaitVoters(cluster, "n1#0");

            cluster.join("n2", "d2");
            cluster.start(MemberId.of("n2"));
            await().atMost(MetadataCluster.SOON)
                    .until(() -> cluster.node("n2").store().state().nodes().size() == 2);
            awaitVoters(cluster, "n1#0");
            cluster.join("n3", "d3");
            cluster.start(MemberId.of("n3"));
            awaitVoters(cluster, "n1#0", "n2#0", "n3#0");

            for (int i = 4; i <= 9; i++) {
                cluster.join("n" + i, "d" + i);
                cluster.start(MemberId.of("n" + i));
            }

            awaitVoters(cluster, "n1#0", "n2#0", "n3#0", "n4#0", "n5#0");
            var state = cluster.leader().store().state();
            for (var node : cluster.nodes()) {
                await().atMost(MetadataCluster.SOON)
                        .until(() -> node.store().state().equals(state));
            }
        }
    }

    @Test
    void aNodeThatLostItsDiskTakesItsOldPlaceUnderTheNextIncarnation() throws Exception {
        try (var cluster = three()) {
            awaitVoters(cluster, "n1#0", "n2#0", "n3#0");
            var lost = cluster.leader();
            lost.kill();

            var joined = cluster.join(lost.name(), "another disk");
            var fresh = joined.nodes().get(lost.name()).member();
            var returned = cluster.start(fresh);

            assertThat(fresh.incarnation()).isEqualTo(1);
            awaitVoters(
                    cluster,
                    cluster.nodes().stream()
                            .map(node -> node.name() + (node == returned ? "#1" : "#0"))
                            .toArray(String[]::new));
            assertThat(returned.store().state())
                    .isEqualTo(cluster.leader().store().state());
            returned.store().submit(new CreateLog("a", SETTINGS, 1)).join();
        }
    }

    @Test
    void leadershipOfTheMetadataLeavesANodeThatIsDrained() throws Exception {
        try (var cluster = three()) {
            var leader = cluster.leader();

            leader.store().submit(new DrainNode(leader.name(), true)).join();

            await().atMost(MetadataCluster.SOON).until(() -> cluster.leader() != leader);
        }
    }

    private MetadataCluster three() throws Exception {
        var cluster = new MetadataCluster(directory, "n1", "n2", "n3");
        for (var name : List.of("n1", "n2", "n3")) {
            cluster.join(name, "disk of " + name);
        }
        return cluster.managed();
    }

    private static void awaitVoters(MetadataCluster cluster, String... voters) {
        await().atMost(MetadataCluster.SOON)
                .untilAsserted(() -> assertThat(cluster.leader().store().group().status().membership().voters().stream()
                                .map(MemberId::toString))
                        .containsExactlyInAnyOrder(voters));
    }
}
