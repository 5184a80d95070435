package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.Log;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import io.forelog.server.control.PlanDriver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plans among three nodes, looked over after their cutover, taken back if need be, and brought on by whoever is left.
 */
class ValidationTest {

    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    private GroupsFixture cluster;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
    }

    @AfterEach
    void stop() throws Exception {
        ticks.shutdownNow();
        cluster.close();
    }

    private void drive(BooleanSupplier leads) {
        var driver = new PlanDriver(cluster.metadata(), leads, Duration.ofHours(1), this::look, Clock.systemUTC());
        ticks.scheduleWithFixedDelay(driver::tick, 50, 50, TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<List<Check>> look(Plan plan) {
        return cluster.checks(GroupsFixture.NODES.stream()
                        .filter(cluster::runs)
                        .findFirst()
                        .orElseThrow())
                .of(plan);
    }

    @ParameterizedTest
    @EnumSource(
            value = PlanKind.class,
            names = {"SPLIT", "MOVE"})
    void aPlanThatIsAsItMustBeSaysWhatWasLookedAt(PlanKind kind) {
        drive(() -> true);
        var log = cluster.createLog("sound", 3);
        append(log, 0, 40);

        var plan = validated(begin(kind, log));

        assertThat(plan.checks()).extracting(Check::name).contains("counts", "digests", "canary");
        assertThat(plan.checks())
                .allSatisfy(
                        check -> assertThat(check.passed()).as(check.detail()).isTrue());
        assertThat(plan.pauseMicros()).isPositive();
        // The canary leaves nothing behind.
        var after = cluster.metadata().state().log("sound");
        int next = kind == PlanKind.SPLIT ? 3 : 0;
        assertThat(cluster.append(after, next, 1_000).baseOffset()).isEqualTo(kind == PlanKind.SPLIT ? 0 : 40);
    }

    @ParameterizedTest
    @EnumSource(
            value = PlanKind.class,
            names = {"SPLIT", "MOVE"})
    void aReplicaThatDiffersTakesThePlanBackByItself(PlanKind kind) {
        drive(() -> true);
        var log = cluster.createLog("broken", 3);
        append(log, 0, 40);
        // Not of the node that looks: that one reads its own.
        cluster.damage("b");

        long id = begin(kind, log);

        var plan = cluster.await(id, PlanState.ROLLED_BACK);
        assertThat(plan.checks())
                .filteredOn(check -> !check.passed())
                .extracting(Check::name)
                .containsExactly("digests");
        var undoing = cluster.metadata().state().plans().plan(id + 1);
        assertThat(undoing.undoes()).isEqualTo(id);
        assertThat(undoing.cause()).isEqualTo(Cause.VALIDATION);
        // And that one, though no better, is not taken back in turn.
        validated(undoing.id());
        assertThat(cluster.metadata().state().plans().nextId()).isEqualTo(id + 2);
    }

    /** At each state: the node that leads the source or the target is gone, and with it who drove the plan. */
    @Tag("long")
    @ParameterizedTest
    @CsvSource({
        "MOVE, PREPARE, true",
        "MOVE, COPY, false",
        "MOVE, CATCH_UP, true",
        "MOVE, VERIFY, false",
        "MOVE, CUTOVER, false",
        "MOVE, WATCH, false",
        "SPLIT, PREPARE, true",
        "SPLIT, CUTOVER, true",
        "SPLIT, WATCH, true"
    })
    void aPlanGoesOnWhereverItsLeadersStopped(PlanKind kind, PlanState at, boolean source) throws Exception {
        goesOn(kind, at, source);
    }

    @Test
    void aMoveGoesOnWhoeverStoppedInTheMiddleOfItsCutover() throws Exception {
        goesOn(PlanKind.MOVE, PlanState.CUTOVER, true);
    }

    private void goesOn(PlanKind kind, PlanState at, boolean source) throws Exception {
        var log = cluster.createLog("resumed", 3);
        append(log, 0, 40);
        var reached = new CompletableFuture<Void>();
        cluster.metadata().watch((before, after) -> {
            if (after.plans().all().stream().anyMatch(plan -> plan.state() == at)) {
                reached.complete(null);
            }
        });
        drive(() -> !reached.isDone());
        var killed = cluster.leaderOf(log, source ? 0 : target(log));

        long id = begin(kind, log);
        reached.get(SOON.toSeconds(), TimeUnit.SECONDS);
        cluster.stop(killed);
        drive(reached::isDone);

        var plan = validated(id);
        assertThat(plan.checks())
                .allSatisfy(
                        check -> assertThat(check.passed()).as(check.detail()).isTrue());
        cluster.start(killed);
        var after = cluster.metadata().state().log("resumed");
        cluster.assertSameEverywhere(after, 0, 40);
        int next = kind == PlanKind.SPLIT ? 3 : 0;
        assertThat(cluster.append(after, next, 39)).isEqualTo(new Appended(0, 39, 1, true));
        assertThat(cluster.append(after, next, 1_000).baseOffset()).isEqualTo(kind == PlanKind.SPLIT ? 0 : 40);
    }

    private Plan validated(long id) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.metadata().state().plans().plan(id), Plan::isValidated);
    }

    /** Returns a shard of the group that takes over. */
    private static int target(Log log) {
        int source = log.shards().shard(0).group();
        return log.shards().shards().stream()
                .filter(shard -> shard.group() != source)
                .findFirst()
                .orElseThrow()
                .number();
    }

    private long begin(PlanKind kind, Log log) {
        var shard = log.shards().shard(0);
        var range = shard.range();
        var at = kind == PlanKind.SPLIT
                ? OptionalLong.of(range.from() + Long.divideUnsigned(range.last() - range.from(), 2))
                : OptionalLong.empty();
        var route = kind == PlanKind.SPLIT
                ? Route.NONE
                : new Route(
                        "",
                        shard.group(),
                        "",
                        log.shards().shards().get(target(log)).group());
        return cluster.begin(Plan.of(
                kind,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), List.of(0), at, List.of()),
                route,
                new Expected("", Cost.NONE, Benefit.NONE),
                System.currentTimeMillis()));
    }

    private void append(Log log, int from, int end) {
        for (int sequence = from; sequence < end; sequence++) {
            cluster.append(log, 0, sequence);
        }
    }
}
