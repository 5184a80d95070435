package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.ForelogException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replication among three nodes: what is acknowledged is on all of them, whoever stops in between. */
class GroupReplicationTest {

    @TempDir
    private Path directory;

    private GroupsFixture cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void whatIsAppendedIsTheSameOnEveryNode() {
        var log = cluster.createLog("same", 3);

        for (int shard = 0; shard < 3; shard++) {
            for (int number = 0; number < 50; number++) {
                assertThat(cluster.append(log, shard, number).baseOffset()).isEqualTo(number);
            }
        }

        for (int shard = 0; shard < 3; shard++) {
            cluster.assertSameEverywhere(log, shard, 50);
        }
    }

    @Test
    void onlyTheLeaderTakesAppends() {
        var log = cluster.createLog("led", 1);
        var leader = cluster.leaderOf(log, 0);

        for (var node : GroupsFixture.NODES) {
            if (!node.equals(leader)) {
                assertThatThrownBy(() -> cluster.appendAt(node, log, 0, GroupsFixture.batch(0, 7, 0))
                                .join())
                        .hasCauseInstanceOf(ForelogException.class);
            }
        }
        assertThat(cluster.append(log, 0, 0).baseOffset()).isZero();
    }

    @Test
    void aStoppedLeaderIsReplacedAndComesBackWithNothingLostOrDoubled() throws Exception {
        var log = cluster.createLog("led", 1);
        int next = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                assertThat(cluster.append(log, 0, next).baseOffset()).isEqualTo(next);
                next++;
            }
            var leader = cluster.leaderOf(log, 0);
            cluster.stop(leader);
            for (int i = 0; i < 30; i++) {
                assertThat(cluster.append(log, 0, next).baseOffset()).isEqualTo(next);
                next++;
            }
            cluster.start(leader);
        }

        cluster.assertSameEverywhere(log, 0, next);
    }

    /** Each holds a megabyte and more outside the heap, which one process has room for a few hundred times. */
    @Test
    void aStoppedNodesReplicationIsLetGoThoughTheMetadataLivesOn() throws Exception {
        var stopped = new WeakReference<>(cluster.node("a").replication());

        cluster.stop("a");

        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return stopped.get() == null;
        });
    }

    @Test
    void aNodeThatMissedMoreThanTheLogsOfTheOthersKeepCopiesItFromThem() throws Exception {
        var log = cluster.createLog("behind", 1);
        cluster.append(log, 0, 0);
        var leader = cluster.leaderOf(log, 0);
        var behind = GroupsFixture.NODES.stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        cluster.stop(behind);
        for (int number = 1; number < 400; number++) {
            cluster.append(log, 0, number);
        }

        cluster.start(behind);

        cluster.assertSameEverywhere(log, 0, 400);
        cluster.append(log, 0, 400);
        cluster.assertSameEverywhere(log, 0, 401);
    }

    @Test
    void aNodeGoesOnFromTheDiskThatAKillLeaves() throws Exception {
        var log = cluster.createLog("killed", 1);
        for (int number = 0; number < 100; number++) {
            cluster.append(log, 0, number);
        }
        var leader = cluster.leaderOf(log, 0);
        var killed = GroupsFixture.NODES.stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> cluster.node(killed)
                                .replicas()
                                .find(new ShardId(log.incarnation(), 0))
                                .highWatermark()
                        == 100);
        var left = directory.resolve("left");
        cluster.copyDisk(killed, left);
        cluster.stop(killed);
        Files.move(cluster.home(killed), directory.resolve("old"));
        Files.move(left, cluster.home(killed));
        for (int number = 100; number < 120; number++) {
            cluster.append(log, 0, number);
        }

        cluster.start(killed);

        cluster.assertSameEverywhere(log, 0, 120);
    }

    @Test
    void everyReplicaKnowsARepeatAfterARestart() throws Exception {
        var log = cluster.createLog("repeats", 1);
        for (int number = 0; number < 90; number++) {
            cluster.append(log, 0, number);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.stop(node);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }

        var repeated = cluster.append(log, 0, 89);

        assertThat(repeated).isEqualTo(new Appended(0, 89, 1, true));
        cluster.assertSameEverywhere(log, 0, 90);
    }

    @Test
    void anEmptyShardBeginsWhereItsFirstAppendSaysAndNoOther() throws Exception {
        var log = cluster.createLog("begun", 1);
        var first = await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> begin(log, 1_000, 0), appended -> appended.count() == 1);
        for (int number = 1; number < 30; number++) {
            cluster.append(log, 0, number);
        }

        assertThat(first.baseOffset()).isEqualTo(1_000);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatThrownBy(() -> begin(log, 2_000, 30))
                        .hasCauseInstanceOf(OffsetMismatchException.class)
                        .hasMessageContaining("is 1030, not 2000"));
        for (var node : GroupsFixture.NODES) {
            cluster.stop(node);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
        cluster.assertSameEverywhere(log, 0, 1_030);
        for (var node : GroupsFixture.NODES) {
            assertThat(cluster.node(node)
                            .replicas()
                            .find(new ShardId(log.incarnation(), 0))
                            .startOffset())
                    .isEqualTo(1_000);
        }
    }

    private Appended begin(Log log, long offset, int sequence) throws Exception {
        return cluster.appendAt(
                        cluster.leaderOf(log, 0),
                        log,
                        0,
                        GroupsFixture.batch(sequence, 7, sequence),
                        AppendCommand.beginningAt(offset))
                .get();
    }

    @Test
    void theShardsOfADeletedLogAreGoneEverywhere() {
        var log = cluster.createLog("gone", 3);
        cluster.append(log, 0, 0);

        cluster.metadata().submit(new DeleteLog("gone")).join();

        for (var node : GroupsFixture.NODES) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> cluster.node(node).replicas().all().isEmpty());
            assertThat(cluster.home(node).resolve("logs")).isDirectoryNotContaining("glob:**/0");
        }
    }

    /** Their last checkpoints name shards whose records were deleted everywhere since. */
    @Test
    void groupsThatHeldADeletedLogGoOnAfterAllNodesHaveStopped() throws Exception {
        var stays = cluster.createLog("stays", 3);
        var gone = cluster.createLog("gone", 3);
        for (int i = 0; i < 60; i++) {
            cluster.append(gone, i % 3, i);
        }
        cluster.metadata().submit(new DeleteLog("gone")).join();
        for (var node : GroupsFixture.NODES) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> cluster.node(node).replicas().all().size() == 3);
        }

        for (var node : GroupsFixture.NODES) {
            cluster.stop(node);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }

        for (int shard = 0; shard < 3; shard++) {
            assertThat(cluster.append(stays, shard, 1_000).count()).isOne();
        }
    }

    @Test
    void leadersAreSpreadOverTheNodes() {
        var log = cluster.createLog("spread", 6);

        var groups = new HashSet<Integer>();
        log.shards().shards().forEach(shard -> groups.add(shard.group()));

        assertThat(groups).hasSize(3);
        assertThat(cluster.metadata().state().groups().stream()
                        .map(group -> group.preferred())
                        .distinct())
                .hasSize(3);
    }
}
