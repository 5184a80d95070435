package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.error.PlanConflictException;
import io.forelog.error.ShardSealedException;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.PlanCommand;
import io.forelog.metadata.ShardState;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Splits and merges among three nodes: what parents took stays, what children take begins anew, on all of them alike.
 */
class SuccessionTest {

    private static final OptionalLong MIDDLE =
            OptionalLong.of(KeyRange.part(1, 2).from());

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
    void aSplitSealsTheParentAndOpensItsChildrenEverywhere() {
        var log = cluster.createLog("split", 1);
        append(log, 0, 0, 20);

        var split = done(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE);

        assertThat(split.change().children()).extracting(Change.Child::number).containsExactly(1, 2);
        var map = cluster.metadata().state().log("split").shards();
        assertThat(map.version()).isEqualTo(2);
        assertThat(map.shard(0).state()).isEqualTo(ShardState.SEALED);
        assertThat(map.shard(0).children()).containsExactly(1, 2);
        assertThat(map.open()).extracting(shard -> shard.number()).containsExactly(1, 2);
        var after = cluster.metadata().state().log("split");
        assertThat(cluster.append(after, 1, 20).baseOffset()).isZero();
        assertThat(cluster.append(after, 2, 21).baseOffset()).isZero();
        cluster.assertSameEverywhere(after, 0, 20);
        cluster.assertSameEverywhere(after, 1, 1);
        cluster.assertSameEverywhere(after, 2, 1);
    }

    @Test
    void aSealedShardNamesItsChildrenAndChildrenAnswerForWhatItTook() {
        var log = cluster.createLog("asked", 1);
        append(log, 0, 0, 5);
        done(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE);
        var after = cluster.metadata().state().log("asked");

        assertThatThrownBy(
                        () -> atLeader(after, 0, GroupsFixture.batch(9, -1, -1)).join())
                .hasCauseInstanceOf(ShardSealedException.class)
                .cause()
                .extracting(failure -> ((ShardSealedException) failure).children())
                .isEqualTo(List.of(1, 2));
        assertThatThrownBy(
                        () -> atLeader(after, 0, GroupsFixture.batch(9, 7, 9)).join())
                .hasCauseInstanceOf(ShardSealedException.class);
        for (int shard : List.of(0, 1, 2)) {
            assertThat(cluster.append(after, shard, 3)).isEqualTo(new Appended(0, 3, 1, true));
        }
    }

    @Test
    void aChildInAnotherGroupTakesOverWithWhatItsParentRemembers() {
        var log = cluster.createLog("across", 3);
        int source = log.shards().shard(0).group();
        int target = (source + 1) % 3;
        append(log, 0, 0, 5);
        var range = log.shards().shard(0).range();
        long middle = range.from() + Long.divideUnsigned(range.last() - range.from(), 2);

        done(log, PlanKind.SPLIT, List.of(0), OptionalLong.of(middle), new Route("", source, "", target));

        var after = cluster.metadata().state().log("across");
        assertThat(after.shards().shard(3).group()).isEqualTo(source);
        assertThat(after.shards().shard(4).group()).isEqualTo(target);
        assertThat(cluster.append(after, 4, 3)).isEqualTo(new Appended(0, 3, 1, true));
        assertThat(cluster.append(after, 4, 50).baseOffset()).isZero();
        cluster.assertSameEverywhere(after, 4, 1);
    }

    @Test
    void neighboursOfDifferentGroupsBecomeOneShard() {
        var log = cluster.createLog("merged", 3);
        append(log, 0, 0, 5);
        append(log, 1, 5, 9);

        done(log, PlanKind.MERGE, List.of(0, 1), OptionalLong.empty(), Route.NONE);

        var after = cluster.metadata().state().log("merged");
        assertThat(after.shards().open()).extracting(shard -> shard.number()).containsExactly(3, 2);
        assertThat(cluster.append(after, 3, 6)).isEqualTo(new Appended(1, 1, 1, true));
        assertThat(cluster.append(after, 3, 2)).isEqualTo(new Appended(0, 2, 1, true));
        assertThat(cluster.append(after, 3, 50).baseOffset()).isZero();
    }

    @Test
    void aNodeThatIsKilledBeforeOrAfterASplitComesToTheSame() throws Exception {
        var log = cluster.createLog("killed", 1);
        append(log, 0, 0, 30);
        cluster.assertSameEverywhere(log, 0, 30);
        var leader = cluster.leaderOf(log, 0);
        var killed = GroupsFixture.NODES.stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        kill(killed, "before");

        done(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE);
        var after = cluster.metadata().state().log("killed");
        append(after, 1, 30, 60);
        cluster.start(killed);

        cluster.assertSameEverywhere(after, 0, 30);
        cluster.assertSameEverywhere(after, 1, 30);
        kill(killed, "after");
        cluster.start(killed);
        cluster.assertSameEverywhere(after, 0, 30);
        cluster.assertSameEverywhere(after, 1, 30);
    }

    /** Stops a node and leaves it the disk that a kill would have left. */
    private void kill(String node, String name) throws Exception {
        var left = directory.resolve(name);
        cluster.copyDisk(node, left);
        cluster.stop(node);
        Files.move(cluster.home(node), directory.resolve("old-" + name));
        Files.move(left, cluster.home(node));
    }

    @Test
    void aSplitGoesOnWhereALeaderThatStoppedLeftIt() throws Exception {
        var log = cluster.createLog("resumed", 1);
        append(log, 0, 0, 10);
        var leader = cluster.leaderOf(log, 0);
        long plan = begin(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE);
        cluster.stop(leader);
        cutOver(plan);

        cluster.await(plan, PlanState.WATCH);
        cluster.start(leader);

        var after = cluster.metadata().state().log("resumed");
        assertThat(cluster.append(after, 1, 10).baseOffset()).isZero();
        cluster.assertSameEverywhere(after, 0, 10);
        cluster.assertSameEverywhere(after, 1, 1);
    }

    @Test
    void aRollbackIsTheOppositePlanAndLosesNothing() {
        var log = cluster.createLog("back", 1);
        append(log, 0, 0, 5);
        var split = done(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE);
        var between = cluster.metadata().state().log("back");
        append(between, 1, 5, 8);
        append(between, 2, 8, 11);

        cluster.metadata()
                .submit(new ChangePlan(new PlanCommand.RollBack(split.id(), Cause.BY_HAND, 1)))
                .join();
        cutOver(split.id() + 1);

        cluster.await(split.id(), PlanState.ROLLED_BACK);
        var after = cluster.metadata().state().log("back");
        assertThat(after.shards().open())
                .singleElement()
                .extracting(shard -> shard.range())
                .isEqualTo(KeyRange.ALL);
        for (int sequence = 0; sequence < 11; sequence++) {
            assertThat(cluster.append(after, 3, sequence).duplicate()).isTrue();
        }
    }

    @Test
    void aShardIsOfOnePlanAtATime() {
        var log = cluster.createLog("busy", 1);
        long plan = begin(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE);

        assertThatThrownBy(() -> begin(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE))
                .hasCauseInstanceOf(PlanConflictException.class)
                .hasMessageContaining("plan " + plan);
        cluster.metadata()
                .submit(new ChangePlan(new PlanCommand.Cancel(plan, 2)))
                .join();
        assertThat(state(plan)).isEqualTo(PlanState.CANCELLED);
        assertThat(done(log, PlanKind.SPLIT, List.of(0), MIDDLE, Route.NONE).state())
                .isEqualTo(PlanState.WATCH);
    }

    private void append(Log log, int shard, int from, int end) {
        for (int sequence = from; sequence < end; sequence++) {
            cluster.append(log, shard, sequence);
        }
    }

    private CompletableFuture<Appended> atLeader(Log log, int shard, RecordBatch batch) {
        return cluster.appendAt(cluster.leaderOf(log, shard), log, shard, batch);
    }

    private Plan done(Log log, PlanKind kind, List<Integer> shards, OptionalLong at, Route route) {
        long id = begin(log, kind, shards, at, route);
        cutOver(id);
        return cluster.await(id, PlanState.WATCH);
    }

    private long begin(Log log, PlanKind kind, List<Integer> shards, OptionalLong at, Route route) {
        var plan = Plan.of(
                kind,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), shards, at, List.of()),
                route,
                new Expected("", Cost.NONE, Benefit.NONE),
                1);
        return cluster.begin(plan);
    }

    private void cutOver(long plan) {
        cluster.metadata()
                .submit(new ChangePlan(new PlanCommand.CutOver(plan, PlanState.PREPARE, 2, List.of())))
                .join();
    }

    private PlanState state(long plan) {
        return cluster.metadata().state().plans().plan(plan).state();
    }
}
