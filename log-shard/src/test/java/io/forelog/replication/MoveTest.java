package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Moves of a shard between groups of three nodes: the same records at the same offsets, appended to on the other side.
 */
class MoveTest {

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

    /** With three replicas source and target share the copies; with one all is copied from node to node. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aShardGoesOnInAnotherGroupWhereItEnded(int replicas) {
        var log = cluster.createLog("moved", 3, replicas);
        int source = log.shards().shard(0).group();
        append(log, 0, 50);
        int epoch = epoch(log);

        var plan = moved(log, source, (source + 1) % 3);

        assertThat(plan.steps())
                .extracting(Plan.Step::state)
                .containsExactly(
                        PlanState.PREPARE,
                        PlanState.COPY,
                        PlanState.CATCH_UP,
                        PlanState.VERIFY,
                        PlanState.CUTOVER,
                        PlanState.WATCH);
        var after = cluster.metadata().state().log("moved");
        assertThat(after.shards().version()).isEqualTo(2);
        assertThat(after.shards().shard(0).group()).isEqualTo((source + 1) % 3);
        assertThat(epoch(after)).isGreaterThan(epoch);
        assertThat(cluster.append(after, 0, 20)).isEqualTo(new Appended(0, 20, 1, true));
        assertThat(cluster.append(after, 0, 50)).isEqualTo(new Appended(0, 50, 1, false));
        assertThat(read(after, 51)).containsExactlyElementsOf(values(51));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aRollbackBringsBackAlsoWhatWasAppendedMeanwhile(int replicas) {
        var log = cluster.createLog("back", 3, replicas);
        int source = log.shards().shard(0).group();
        append(log, 0, 30);
        var plan = moved(log, source, (source + 1) % 3);
        append(cluster.metadata().state().log("back"), 30, 60);

        cluster.metadata()
                .submit(new ChangePlan(new PlanCommand.RollBack(plan.id(), Cause.BY_HAND, 5)))
                .join();
        copied(plan.id() + 1);

        cluster.await(plan.id(), PlanState.ROLLED_BACK);
        var after = cluster.metadata().state().log("back");
        assertThat(after.shards().shard(0).group()).isEqualTo(source);
        assertThat(cluster.append(after, 0, 60)).isEqualTo(new Appended(0, 60, 1, false));
        assertThat(read(after, 61)).containsExactlyElementsOf(values(61));
    }

    /** Were it refused until then, whoever asks would have to hear from a third one when to ask again. */
    @Test
    void whatAShardRemembersIsToldWhenItEndsToWhoeverAskedBefore() {
        var log = cluster.createLog("asked", 3);
        int source = log.shards().shard(0).group();
        append(log, 0, 10);
        var shard = new ShardId(log.incarnation(), 0);
        long plan = cluster.metadata().state().plans().nextId();
        var node = cluster.leaderOf(log, 0);
        var asked = cluster.node(node).replication().image(source, shard, plan);
        assertThat(asked).isNotDone();

        moved(log, source, (source + 1) % 3);

        // One who asked long before is refused in the end, and asks again.
        assertThat(asked.handle((image, failure) -> failure == null
                        || failure instanceof CompletionException && failure.getCause() instanceof NoLeaderException))
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(true);
        assertThat(cluster.node(node).replication().image(source, shard, plan))
                .succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void aMoveIsKnownAfterEveryNodeWasStoppedAndStarted() throws Exception {
        var log = cluster.createLog("kept", 3);
        int source = log.shards().shard(0).group();
        append(log, 0, 30);
        var plan = moved(log, source, (source + 1) % 3);
        append(cluster.metadata().state().log("kept"), 30, 40);
        cluster.metadata()
                .submit(new ChangePlan(
                        new PlanCommand.Advance(plan.id(), PlanState.WATCH, PlanState.DONE, 9, "", List.of(), 0)))
                .join();

        for (var node : GroupsFixture.NODES) {
            cluster.stop(node);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }

        var after = cluster.metadata().state().log("kept");
        assertThat(cluster.append(after, 0, 40)).isEqualTo(new Appended(0, 40, 1, false));
        cluster.assertSameEverywhere(after, 0, 41);
    }

    private Plan moved(Log log, int source, int target) {
        var plan = Plan.of(
                PlanKind.MOVE,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), List.of(0), OptionalLong.empty(), List.of()),
                new Route("", source, "", target),
                new Expected("", Cost.NONE, Benefit.NONE),
                1);
        long id = cluster.begin(plan);
        copied(id);
        return cluster.await(id, PlanState.WATCH);
    }

    private void copied(long plan) {
        cluster.metadata()
                .submit(new ChangePlan(
                        new PlanCommand.Advance(plan, PlanState.PREPARE, PlanState.COPY, 2, "", List.of(), 0)))
                .join();
    }

    private int epoch(Log log) {
        cluster.leaderOf(log, 0);
        var shard = log.shards().shard(0);
        return shard.epoch(cluster.metadata().state().group(shard).term());
    }

    private void append(Log log, int from, int end) {
        for (int sequence = from; sequence < end; sequence++) {
            assertThat(cluster.append(log, 0, sequence).baseOffset()).isEqualTo(sequence);
        }
    }

    private static List<String> values(int end) {
        return IntStream.range(0, end).mapToObj(number -> "value-" + number).toList();
    }

    private List<String> read(Log log, int end) {
        var replica = cluster.node(cluster.leaderOf(log, 0)).replicas().find(new ShardId(log.incarnation(), 0));
        return IntStream.range(0, end)
                .mapToObj(offset -> new String(replica.log().read(offset).value(), StandardCharsets.UTF_8))
                .toList();
    }
}
