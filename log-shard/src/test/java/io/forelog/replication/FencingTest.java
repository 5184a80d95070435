package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.ProducerFencedException;
import io.forelog.metadata.KeyRange;
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
import io.forelog.record.RecordBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer of epoch 0 appended to a shard, its epoch 1 did not, and yet the shard knows of it: whoever leads it. */
class FencingTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long PRODUCER = 7;

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
    void aNewLeaderKnowsOfIt() throws Exception {
        var log = fenced("led");
        var leader = cluster.leaderOf(log, 0);

        cluster.stop(leader);

        assertFenced(log, 0);
        cluster.start(leader);
    }

    /** From a checkpoint, for the entries after it make the groups write several. */
    @Test
    void nodesThatStartAgainKnowOfIt() throws Exception {
        var log = fenced("kept");
        for (int sequence = 0; sequence < 100; sequence++) {
            append(log, 0, 8, 0, sequence);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.stop(node);
        }
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }

        assertFenced(log, 0);
    }

    @Test
    void childrenOfASplitKnowOfIt() {
        var log = fenced("split");

        var after = changed(
                log, PlanKind.SPLIT, OptionalLong.of(KeyRange.part(1, 2).from()), Route.NONE);

        assertFenced(after, 1);
        assertFenced(after, 2);
    }

    @Test
    void theGroupThatAShardMovesToKnowsOfIt() {
        var log = fenced("moved", 3);
        int source = log.shards().shard(0).group();

        var after = changed(
                log, PlanKind.MOVE, OptionalLong.empty(), new Route("", source, "", (source + 1) % 3));

        assertThat(after.shards().shard(0).group()).isNotEqualTo(source);
        assertFenced(after, 0);
    }

    @Test
    void aLowerEpochCannotFenceAndItsOwnAgainChangesNothing() {
        var log = fenced("again");

        cluster.fence(log, 0, PRODUCER, 1);

        assertThatThrownBy(() -> cluster.fence(log, 0, PRODUCER, 0)).isInstanceOf(ProducerFencedException.class);
        append(log, 0, PRODUCER, 1, 5);
        cluster.fence(log, 0, PRODUCER, 1);
        assertThat(append(log, 0, PRODUCER, 1, 5).duplicate()).isTrue();
    }

    private Log fenced(String name) {
        return fenced(name, 1);
    }

    private Log fenced(String name, int shards) {
        var log = cluster.createLog(name, shards);
        append(log, 0, PRODUCER, 0, 0);
        cluster.fence(log, 0, PRODUCER, 1);
        return log;
    }

    private Log changed(Log log, PlanKind kind, OptionalLong at, Route route) {
        long id = cluster.begin(Plan.of(
                kind,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), List.of(0), at, List.of()),
                route,
                new Expected("", Cost.NONE, Benefit.NONE),
                1));
        var next = kind == PlanKind.MOVE
                ? new PlanCommand.Advance(id, PlanState.PREPARE, PlanState.COPY, 2, "", List.of(), 0)
                : new PlanCommand.CutOver(id, PlanState.PREPARE, 2, List.of());
        cluster.metadata().submit(new ChangePlan(next)).join();
        cluster.await(id, PlanState.WATCH);
        return cluster.metadata().state().log(log.name());
    }

    private void assertFenced(Log log, int shard) {
        assertThatThrownBy(() -> append(log, shard, PRODUCER, 0, 1)).isInstanceOf(ProducerFencedException.class);
        assertThat(append(log, shard, PRODUCER, 1, 0).duplicate()).isFalse();
    }

    /** Appends through whoever leads, as soon as someone does, or throws what it says against that. */
    private Appended append(Log log, int shard, long producer, int epoch, int sequence) {
        var batch = GroupsFixture.batch(sequence, producer, epoch, sequence);
        return await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> tried(log, shard, batch), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Appended> tried(Log log, int shard, RecordBatch batch) {
        try {
            return Optional.of(cluster.appendAt(cluster.leaderOf(log, shard), log, shard, batch)
                    .join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProducerFencedException fenced) {
                throw fenced;
            }
            return Optional.empty();
        }
    }
}
