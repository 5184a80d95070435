package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.PlanCommand;
import io.forelog.metadata.Shard;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A move, or a merge, one of whose groups is gone at its cutover: before a shard has ended it is given up and they go
 * on as they were, after that it goes on as soon as the group is back. Each group has one replica, on a node of its
 * own.
 */
class GivenUpCutoverTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration CUTOVER_MAX = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    private GroupsFixture cluster;
    private Log log;
    private int source;
    private int target;
    private String gone;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        cluster.cutoverMax(CUTOVER_MAX);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
        log = cluster.createLog("moved", 3, 1);
        source = log.shards().shard(0).group();
        target = log.shards().shard(1).group();
        append(0, 20);
        gone = cluster.leaderOf(log, 1);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aMoveWhoseTargetIsGoneIsGivenUpAndItsShardTakesAppendsAllTheWhile() throws Exception {
        cluster.stop(gone);
        long plan = cutOver();

        int end = 20;
        while (cluster.metadata().state().plans().plan(plan).state() == PlanState.CUTOVER) {
            append(end, ++end);
        }

        var failed = cluster.metadata().state().plans().plan(plan);
        assertThat(failed.state()).isEqualTo(PlanState.FAILED);
        assertThat(failed.steps().getLast().note()).contains("stay as they were");
        assertThat(end).isGreaterThan(21);

        // Whoever comes too late, or was stopped meanwhile, takes nothing over.
        cluster.start(gone);
        cluster.stop(sourceNode());
        cluster.start(sourceNode());
        append(end, ++end);
        assertThat(cluster.metadata().state().log("moved").shards().shard(0).group())
                .isEqualTo(source);

        long next = cutOver();
        cluster.await(next, PlanState.WATCH);
        var after = cluster.metadata().state().log("moved");
        assertThat(after.shards().shard(0).group()).isEqualTo(target);
        assertThat(cluster.append(after, 0, end).baseOffset()).isEqualTo(end);
    }

    @Test
    void aMoveWhoseShardHasEndedGoesOnWheneverItsTargetIsBack() throws Exception {
        cluster.stop(gone);
        long plan = cutOver();
        var shard = new ShardId(log.incarnation(), 0);
        var node = cluster.node(sourceNode());

        // As the target asks when it can take the shard over.
        assertThat(node.replication().image(source, shard, plan)).succeedsWithin(SOON);

        await().during(CUTOVER_MAX.multipliedBy(2)).atMost(SOON).until(() -> cluster.metadata()
                        .state()
                        .plans()
                        .plan(plan)
                        .state()
                == PlanState.CUTOVER);
        assertThatThrownBy(() -> cluster.appendAt(sourceNode(), log, 0, GroupsFixture.batch(20, 7, 20))
                        .join())
                .hasCauseInstanceOf(NoLeaderException.class);
        cluster.start(gone);
        cluster.await(plan, PlanState.WATCH);
        assertThat(cluster.append(cluster.metadata().state().log("moved"), 0, 20)
                        .baseOffset())
                .isEqualTo(20);
    }

    @Test
    void aMergeWhoseChildNobodyCanOpenIsGivenUpAndItsParentsTakeAppendsAllTheWhile() throws Exception {
        int third = log.shards().shard(2).group();
        var away = cluster.leaderOf(log, 2);
        cluster.stop(away);
        long plan = cutOverMerge(new Route("", source, "", third));

        int end = 20;
        while (planOf(plan).state() == PlanState.CUTOVER) {
            append(end, ++end);
            assertThat(cluster.append(log, 1, end).count()).isEqualTo(1);
        }

        assertThat(planOf(plan).state()).isEqualTo(PlanState.FAILED);
        assertThat(end).isGreaterThan(21);

        cluster.start(away);
        append(end, end + 1);
        long next = cutOverMerge(new Route("", source, "", third));
        cluster.await(next, PlanState.WATCH);
        var after = cluster.metadata().state().log("moved");
        assertThat(after.shards().open()).extracting(Shard::number).containsExactly(3, 2);
        assertThat(cluster.append(after, 3, end + 1).baseOffset()).isZero();
    }

    @Test
    void aMergeOneOfWhoseParentsIsGoneLeavesTheOtherOpenUntilItIsBack() throws Exception {
        cluster.stop(gone);
        long plan = cutOverMerge(Route.NONE);

        long until = System.nanoTime() + CUTOVER_MAX.multipliedBy(2).toNanos();
        int end = 20;
        while (System.nanoTime() < until) {
            append(end, ++end);
        }

        cluster.start(gone);
        await().atMost(SOON).until(() -> planOf(plan).state() != PlanState.CUTOVER);
        assertThat(planOf(plan).state()).isIn(PlanState.WATCH, PlanState.FAILED);
        var after = cluster.metadata().state().log("moved");
        int open = after.shards().open().getFirst().number();
        int next = end;
        assertThat(cluster.append(after, open, next).baseOffset()).isEqualTo(open == 0 ? next : 0);
    }

    private Plan planOf(long id) {
        return cluster.metadata().state().plans().plan(id);
    }

    /** Lets a merge of the first two shards, which are of two groups, come to its cutover. */
    private long cutOverMerge(Route route) {
        long id = cluster.begin(Plan.of(
                PlanKind.MERGE,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), List.of(0, 1), OptionalLong.empty(), List.of()),
                route,
                new Expected("", Cost.NONE, Benefit.NONE),
                1));
        submit(new PlanCommand.CutOver(id, PlanState.PREPARE, 1, List.of()));
        return id;
    }

    private String sourceNode() {
        return cluster.metadata().state().groups().get(source).members().getFirst();
    }

    /** Lets a move come to its cutover, whoever is there. */
    private long cutOver() {
        long id = cluster.begin(Plan.of(
                PlanKind.MOVE,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), List.of(0), OptionalLong.empty(), List.of()),
                new Route("", source, "", target),
                new Expected("", Cost.NONE, Benefit.NONE),
                1));
        advance(id, PlanState.PREPARE, PlanState.COPY);
        advance(id, PlanState.COPY, PlanState.CATCH_UP);
        advance(id, PlanState.CATCH_UP, PlanState.VERIFY);
        submit(new PlanCommand.CutOver(id, PlanState.VERIFY, 1, List.of()));
        return id;
    }

    private void advance(long plan, PlanState from, PlanState to) {
        submit(new PlanCommand.Advance(plan, from, to, 1, "", List.of(), 0));
    }

    private void submit(PlanCommand command) {
        cluster.metadata().submit(new ChangePlan(command)).join();
    }

    private void append(int from, int end) {
        for (int sequence = from; sequence < end; sequence++) {
            assertThat(cluster.append(log, 0, sequence).baseOffset()).isEqualTo(sequence);
        }
    }
}
