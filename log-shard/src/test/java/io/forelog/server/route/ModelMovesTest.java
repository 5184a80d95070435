package io.forelog.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.metadata.ClientState;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.PlanBook;
import io.forelog.metadata.StoredPolicy;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import io.forelog.prefetch.FetchOutcome;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.PrefetchTarget;
import io.forelog.prefetch.Prefetcher;
import io.forelog.prefetch.ReadOutcome;
import io.forelog.raft.MemberId;
import io.forelog.replication.ShardId;
import io.forelog.server.ahead.ModelMoves;
import io.forelog.server.ahead.ShardModel;
import io.forelog.server.peer.ModelCalls;
import io.forelog.storage.MemoryDir;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a shard that moves from node b to node a, over real connections. */
class ModelMovesTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int PATH = 20;

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private TestNodes nodes;
    private final Prefetcher source = prefetcher();
    private final Prefetcher target = prefetcher();
    private final AtomicInteger calls = new AtomicInteger();

    private static Prefetcher prefetcher() {
        return new Prefetcher(
                PrefetchConfig.DEFAULT,
                new NothingToFetch(),
                System::nanoTime,
                System::currentTimeMillis,
                Runnable::run,
                ModelKey::logAndShard);
    }

    /** A cache of which these tests need only what the model learns. */
    private record NothingToFetch() implements PrefetchTarget {

        @Override
        public boolean present(long key) {
            return true;
        }

        @Override
        public boolean expected(long key) {
            return true;
        }

        @Override
        public void fetch(long key, Consumer<FetchOutcome> done) {
            done.accept(FetchOutcome.PRESENT);
        }

        @Override
        public long capacityEntries() {
            return 100;
        }
    }

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, Duration.ofSeconds(30));
        nodes.b.hold(TestNodes.log());
        nodes.warm(nodes.a, nodes.b);
        for (int reader = 0; reader < 5; reader++) {
            for (int step = 0; step < PATH; step++) {
                source.onRead(reader, key(TestNodes.SHARD.number(), step), ReadOutcome.HIT);
                source.onRead(reader + 100, key(TestNodes.OTHER.number(), step), ReadOutcome.HIT);
            }
        }
        var model = new ShardModel(source);
        ModelCalls.serve(nodes.b.server, (shard, max) -> model.of(shard.log(), shard.number(), max), nodes.b.readers);
        follow(nodes.a);
    }

    private void follow(TestNode node) {
        var peers = new ModelCalls(node.peers);
        new ModelMoves(
                        node.name,
                        new ShardModel(target),
                        (asked, shard) -> {
                            calls.incrementAndGet();
                            return peers.of(asked, shard, 1 << 20, Duration.ofSeconds(20));
                        },
                        node.readers)
                .follow(node.metadata);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
    }

    private static long key(int shard, int step) {
        return ModelKey.of(TestNodes.LOG, shard, step * 37 % PATH);
    }

    private static Plan plan(PlanState state) {
        var plan = Plan.of(
                        PlanKind.MOVE,
                        Cause.BY_HAND,
                        new Change("events", TestNodes.LOG, List.of(0), OptionalLong.empty(), List.of()),
                        new Route("b", 0, "a", 1),
                        new Expected("", Cost.NONE, Benefit.NONE),
                        1)
                .withId(5);
        for (var next : List.of(PlanState.COPY, PlanState.CATCH_UP, PlanState.VERIFY, PlanState.CUTOVER)) {
            if (plan.state() != state) {
                plan = plan.to(next, 2, "");
            }
        }
        return plan;
    }

    private static void become(TestNode node, PlanState state) {
        var groups = List.of(
                Group.founded(0, List.of(new MemberId("b", 0)), "b").ledBy("b", 1),
                Group.founded(1, List.of(new MemberId("a", 0)), "a").ledBy("a", 1));
        node.metadata.become(new ClusterState(
                node.metadata.state().version() + 1,
                8,
                Map.of("events", TestNodes.log()),
                node.metadata.state().nodes(),
                Set.of(),
                groups,
                ClientState.EMPTY,
                StoredPolicy.DEFAULT,
                new PlanBook(6, Map.of(5L, plan(state)))));
    }

    @Test
    void theTargetOfAMoveKnowsWhatFollowsTheShardsRecordsAndNothingOfOtherShards() {
        become(nodes.a, PlanState.CATCH_UP);

        await().atMost(LONG).untilAsserted(() -> assertThat(target.statistics().trackedKeys())
                .isEqualTo(PATH));
        assertThat(of(target, TestNodes.SHARD)).hasSameSizeAs(of(source, TestNodes.SHARD));
        assertThat(of(target, TestNodes.OTHER)).hasSizeLessThan(of(source, TestNodes.OTHER).length);
    }

    private static byte[] of(Prefetcher prefetcher, ShardId shard) {
        return new ShardModel(prefetcher).of(shard.log(), shard.number(), 1 << 20);
    }

    @Test
    void theSourceIsAskedOnceHoweverManyStatesThePlanPasses() {
        for (var state : List.of(PlanState.COPY, PlanState.CATCH_UP, PlanState.VERIFY, PlanState.CUTOVER)) {
            become(nodes.a, state);
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(calls).hasValue(1));
    }

    @Test
    void aNodeThatIsNotTheTargetAsksNobody() {
        follow(nodes.c);

        become(nodes.c, PlanState.CUTOVER);

        assertThat(calls).hasValue(0);
    }

    @Test
    void aSourceThatIsGoneIsNoHarm() throws Exception {
        nodes.proxy(nodes.b).close();

        become(nodes.a, PlanState.CATCH_UP);
        become(nodes.a, PlanState.CUTOVER);

        await().atMost(LONG).untilAsserted(() -> assertThat(calls).hasValue(1));
        assertThat(target.statistics().trackedKeys()).isZero();
    }
}
