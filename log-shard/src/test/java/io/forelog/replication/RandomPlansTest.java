package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.error.PlanConflictException;
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
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import io.forelog.record.KeyHash;
import io.forelog.record.RecordAddress;
import io.forelog.server.control.PlanDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Splits, merges, moves and rollbacks by chance, while one producer appends and nodes stop, at any state of a plan, and
 * start again: each record is there once, where it was acknowledged, every key's records are in their order through all
 * parents and children, and every plan is found valid. Says at the end for how long cutovers stopped appends.
 */
class RandomPlansTest {

    private static final String LOG = "chance";
    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    private static final List<PlanState> STATES = List.of(
            PlanState.PREPARE,
            PlanState.COPY,
            PlanState.CATCH_UP,
            PlanState.VERIFY,
            PlanState.CUTOVER,
            PlanState.WATCH);

    private GroupsFixture cluster;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final List<Long> pauses = new ArrayList<>();
    private volatile @Nullable Trap trap;

    /** Tells when a plan first comes to a state. */
    private record Trap(long plan, PlanState at, CompletableFuture<Void> sprung) {}

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
        cluster.metadata().watch((before, after) -> {
            var set = trap;
            var plan = set == null ? null : after.plans().find(set.plan());
            if (plan != null && plan.steps().stream().anyMatch(step -> step.state() == set.at())) {
                set.sprung().complete(null);
            }
        });
        var driver = new PlanDriver(cluster.metadata(), () -> true, Duration.ofHours(1), this::look, Clock.systemUTC());
        ticks.scheduleWithFixedDelay(driver::tick, 50, 50, TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<List<Check>> look(Plan plan) {
        return cluster.checks(GroupsFixture.NODES.stream()
                        .filter(cluster::runs)
                        .findFirst()
                        .orElseThrow())
                .of(plan);
    }

    @AfterEach
    void stop() throws Exception {
        ticks.shutdownNow();
        cluster.close();
    }

    @Test
    void aFewPlansLoseDoubleOrReorderNothing() throws Exception {
        run(8, System.nanoTime());
    }

    @Tag("long")
    @Test
    void aThousandPlansLoseDoubleOrReorderNothing() throws Exception {
        run(Integer.getInteger("plans", 1_000), System.nanoTime());
    }

    private void run(int plans, long seed) throws Exception {
        System.out.println("RandomPlansTest seed " + seed);
        var random = new Random(seed);
        cluster.createLog(LOG, 3);
        var over = new AtomicBoolean();
        var addresses = new ArrayList<RecordAddress>();
        var writer = CompletableFuture.runAsync(() -> {
            for (int number = 0; !over.get(); number++) {
                addresses.add(append(number));
            }
        });

        for (int i = 0; i < plans; i++) {
            if (random.nextInt(4) == 0) {
                planWithKill(random);
            } else {
                plan(random);
            }
        }
        over.set(true);
        writer.get(SOON.toSeconds(), TimeUnit.SECONDS);

        assertThat(addresses).isNotEmpty().doesNotHaveDuplicates();
        verify(addresses);
        pauses.sort(null);
        if (!pauses.isEmpty()) {
            System.out.printf(
                    "%d records, %d cutovers measured: p50 %d us, p99 %d us, max %d us%n",
                    addresses.size(),
                    pauses.size(),
                    pauses.get(pauses.size() / 2),
                    pauses.get(pauses.size() * 99 / 100),
                    pauses.getLast());
        }
    }

    private Log log() {
        return cluster.metadata().state().log(LOG);
    }

    /** Stops a node when the next plan comes to some state, if it does, and starts it again once the plan is done. */
    private void planWithKill(Random random) throws Exception {
        var node = GroupsFixture.NODES.get(random.nextInt(3));
        var set = new Trap(
                cluster.metadata().state().plans().nextId(),
                STATES.get(random.nextInt(STATES.size())),
                new CompletableFuture<>());
        trap = set;
        var stopped = set.sprung().thenRunAsync(() -> {
            try {
                cluster.stop(node);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        plan(random);
        trap = null;
        set.sprung().completeExceptionally(new IllegalStateException("it did not come to " + set.at()));
        if (stopped.handle((done, failure) -> !set.sprung().isCompletedExceptionally())
                .join()) {
            stopped.join();
            cluster.start(node);
        }
    }

    /**
     * Makes a plan by chance, and waits until it is done and looked over; one that the map does not allow is left out.
     */
    private void plan(Random random) {
        var open = log().shards().open();
        var shard = open.get(random.nextInt(open.size()));
        long before = cluster.metadata().state().plans().nextId();
        try {
            switch (random.nextInt(4)) {
                case 0 -> begin(PlanKind.SPLIT, List.of(shard), middle(shard), toAnother(shard, random));
                case 1 -> merge(open, random);
                case 2 -> begin(PlanKind.MOVE, List.of(shard), OptionalLong.empty(), toAnother(shard, random));
                default -> rollBack();
            }
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(PlanConflictException.class);
        }
        if (cluster.metadata().state().plans().nextId() > before) {
            var plan = Awaitility.await()
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> cluster.metadata().state().plans().plan(before), Plan::isValidated);
            assertThat(plan.checks())
                    .allSatisfy(check ->
                            assertThat(check.passed()).as(check.toString()).isTrue());
            if (plan.pauseMicros() > 0) {
                pauses.add(plan.pauseMicros());
            }
        }
    }

    private static OptionalLong middle(Shard shard) {
        var range = shard.range();
        return OptionalLong.of(range.from() + Long.divideUnsigned(range.last() - range.from(), 2) + 1);
    }

    private static Route toAnother(Shard shard, Random random) {
        return new Route("", shard.group(), "", (shard.group() + 1 + random.nextInt(2)) % 3);
    }

    private void merge(List<Shard> open, Random random) {
        if (open.size() > 1) {
            int lower = random.nextInt(open.size() - 1);
            begin(PlanKind.MERGE, open.subList(lower, lower + 2), OptionalLong.empty(), Route.NONE);
        }
    }

    private void rollBack() {
        for (var plan : List.copyOf(cluster.metadata().state().plans().all()).reversed()) {
            if (plan.state() == PlanState.WATCH && plan.undoes() == 0) {
                cluster.metadata()
                        .submit(new ChangePlan(new PlanCommand.RollBack(
                                plan.id(), Cause.BY_HAND, System.currentTimeMillis())))
                        .join();
                return;
            }
        }
    }

    private void begin(PlanKind kind, List<Shard> shards, OptionalLong at, Route route) {
        var change = new Change(
                LOG, log().incarnation(), shards.stream().map(Shard::number).toList(), at, List.of());
        cluster.begin(Plan.of(
                kind,
                Cause.BY_HAND,
                change,
                route,
                new Expected("", Cost.NONE, Benefit.NONE),
                System.currentTimeMillis()));
    }

    private RecordAddress append(int number) {
        var batch = GroupsFixture.batch(number, 7, number);
        long hash = hash(number);
        var appended = Awaitility.await()
                .atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(
                        () -> {
                            int shard = log().shards().shardOf(hash).number();
                            return cluster.appendAt(cluster.leaderOf(log(), shard), log(), shard, batch)
                                    .get();
                        },
                        answer -> answer.count() == 1);
        return new RecordAddress(appended.shard(), appended.baseOffset());
    }

    private static long hash(int number) {
        return KeyHash.of(("key-" + number % 7).getBytes(StandardCharsets.UTF_8));
    }

    private void verify(List<RecordAddress> addresses) {
        var log = log();
        long stored = 0;
        for (var shard : log.shards().shards()) {
            var replica = replica(log, shard.number());
            stored += replica.highWatermark();
            for (long offset = 0; offset < replica.highWatermark(); offset++) {
                int number = (int) replica.log().read(offset).timestamp();
                assertThat(addresses.get(number))
                        .as("record " + number)
                        .isEqualTo(new RecordAddress(shard.number(), offset));
                assertThat(shard.range().contains(hash(number))).isTrue();
            }
        }
        assertThat(stored).isEqualTo(addresses.size());
        var seen = new HashSet<Integer>();
        for (int key = 0; key < 7 && key < addresses.size(); key++) {
            int last = -1;
            for (var shard : log.shards().lineageOf(hash(key))) {
                var replica = replica(log, shard.number());
                for (long offset = 0; offset < replica.highWatermark(); offset++) {
                    int number = (int) replica.log().read(offset).timestamp();
                    if (number % 7 == key) {
                        assertThat(number).isGreaterThan(last);
                        last = number;
                        seen.add(number);
                    }
                }
            }
        }
        assertThat(seen).hasSize(addresses.size());
    }

    private ShardReplica replica(Log log, int shard) {
        var id = new ShardId(log.incarnation(), shard);
        return cluster.node(cluster.leaderOf(log, shard)).replicas().find(id);
    }
}
