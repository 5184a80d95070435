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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Splits, merges, moves and rollbacks by chance, while one producer appends and nodes stop and start: each record is there
 * once, where it was acknowledged, and every key's records are in their order through all parents and children.
 */
class RandomPlansTest {

    private static final String LOG = "chance";
    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    private GroupsFixture cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
        new PlanDriver(cluster.metadata(), () -> true, Duration.ofHours(1), Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aFewPlansLoseDoubleOrReorderNothing() throws Exception {
        run(8, System.nanoTime());
    }

    @Tag("long")
    @Test
    void aThousandPlansLoseDoubleOrReorderNothing() throws Exception {
        run(1_000, System.nanoTime());
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
            plan(random);
            if (random.nextInt(8) == 0) {
                var node = GroupsFixture.NODES.get(random.nextInt(3));
                cluster.stop(node);
                plan(random);
                cluster.start(node);
            }
        }
        over.set(true);
        writer.get(SOON.toSeconds(), TimeUnit.SECONDS);

        assertThat(addresses).isNotEmpty().doesNotHaveDuplicates();
        verify(addresses);
    }

    private Log log() {
        return cluster.metadata().state().log(LOG);
    }

    /** Makes a plan by chance, and waits until it is done; one that the map does not allow is left out. */
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
            Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() ->
                    cluster.metadata().state().plans().plan(before).state() == PlanState.WATCH);
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
                        .submit(new ChangePlan(new PlanCommand.RollBack(plan.id(), Cause.BY_HAND, 1)))
                        .join();
                return;
            }
        }
    }

    private void begin(PlanKind kind, List<Shard> shards, OptionalLong at, Route route) {
        var change = new Change(
                LOG, log().incarnation(), shards.stream().map(Shard::number).toList(), at, List.of());
        cluster.begin(Plan.of(
                kind, Cause.BY_HAND, change, route, new Expected("", Cost.NONE, Benefit.NONE), System.currentTimeMillis()));
    }

    private RecordAddress append(int number) {
        var batch = GroupsFixture.batch(number, 7, number);
        long hash = hash(number);
        var appended = Awaitility.await().atMost(SOON).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(
                        () -> {
                            int shard = log().shards().shardOf(hash).number();
                            return cluster.appendAt(cluster.leaderOf(log(), shard), log(), shard, batch).get();
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
                assertThat(addresses.get(number)).as("record " + number).isEqualTo(
                        new RecordAddress(shard.number(), offset));
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
