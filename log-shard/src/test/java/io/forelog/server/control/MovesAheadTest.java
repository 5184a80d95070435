package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.manager.Descriptor;
import io.forelog.manager.ShardId;
import io.forelog.metadata.ClientState;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.PlanBook;
import io.forelog.metadata.ShardMap;
import io.forelog.metadata.StoredPolicy;
import io.forelog.plan.PlanKind;
import io.forelog.raft.MemberId;
import io.forelog.replication.CopyAhead;
import io.forelog.server.peer.PeerDocuments;
import io.forelog.server.route.TestNode;
import io.forelog.server.route.TestNodes;
import io.forelog.storage.MemoryDir;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node a tells nodes b and c, which would take shards over, what to copy ahead: over real connections. */
class MovesAheadTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LOG_NAME = "events";
    private static final long LOG = 9_000_000_000L;
    private static final CopyAhead FIRST = move(0);
    private static final CopyAhead SECOND = move(1);

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private TestNodes nodes;
    private MovesAhead leader;

    /** What each node was told last. */
    private final Map<String, Set<CopyAhead>> told = new ConcurrentHashMap<>();

    /** What each node has copied. */
    private final Map<String, Set<CopyAhead>> copied = new ConcurrentHashMap<>();

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, Duration.ofSeconds(10));
        var state = state();
        for (var node : nodes.all()) {
            node.metadata.become(state);
            copied.put(node.name, Set.of());
            var ahead = new MovesAhead(
                    node.name, documents(node), node.metadata::state, announced -> copied(node.name, announced));
            leader = node == nodes.a ? ahead : leader;
        }
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
    }

    @Test
    void aShardIsReadyOnceEveryNodeThatWillHoldItHasACopy() {
        awaitTold("b", Set.of(FIRST, SECOND), 0, 1);
        awaitTold("c", Set.of(FIRST, SECOND), 0, 1);
        assertThat(ready(0, 1)).isEmpty();

        copied.put("b", Set.of(FIRST, SECOND));
        assertThat(ready(0, 1)).isEmpty();

        copied.put("c", Set.of(SECOND));
        await().atMost(SOON).untilAsserted(() -> assertThat(ready(0, 1)).containsExactly(shard(1)));
    }

    @Test
    void whatIsWithdrawnIsToldOnceAndThenNobodyIsAsked() {
        awaitTold("b", Set.of(FIRST, SECOND), 0, 1);

        awaitTold("b", Set.of(SECOND), 1);
        awaitTold("b", Set.of());
        await().atMost(SOON).untilAsserted(() -> assertThat(told.get("c")).isEmpty());

        told.clear();
        assertThat(ready()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void aNodeThatIsCutOffIsNotReadyAndLearnsAllFromTheNextRound() {
        copied.put("b", Set.of(FIRST, SECOND));
        copied.put("c", Set.of(FIRST, SECOND));
        await().atMost(SOON).untilAsserted(() -> assertThat(ready(0)).containsExactly(shard(0)));

        nodes.proxy(nodes.c).refuse(true);
        nodes.proxy(nodes.c).cut();
        assertThat(ready(0, 1)).isEmpty();
        assertThat(told.get("c")).containsExactly(FIRST);

        nodes.proxy(nodes.c).refuse(false);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(ready(0, 1)).containsExactlyInAnyOrder(shard(0), shard(1)));
        assertThat(told.get("c")).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    /** An answer may be late on a busy machine: told again, as it is each round. */
    private void awaitTold(String node, Set<CopyAhead> expected, int... shards) {
        await().atMost(SOON).untilAsserted(() -> {
            ready(shards);
            assertThat(told.get(node)).isEqualTo(expected);
        });
    }

    private Set<ShardId> ready(int... shards) {
        var announced =
                Arrays.stream(shards).mapToObj(MovesAheadTest::descriptor).toList();
        return leader.tell(announced).join();
    }

    private Set<CopyAhead> copied(String node, Collection<CopyAhead> announced) {
        told.put(node, Set.copyOf(announced));
        return announced.stream().filter(copied.get(node)::contains).collect(Collectors.toSet());
    }

    private PeerDocuments documents(TestNode node) {
        var others = nodes.all().stream()
                .map(each -> each.name)
                .filter(name -> !name.equals(node.name))
                .toList();
        return new PeerDocuments(node.peers, node.server, () -> others, node.readers);
    }

    private static CopyAhead move(int shard) {
        return new CopyAhead(new io.forelog.replication.ShardId(LOG, shard), LOG_NAME, 0, 1);
    }

    private static ShardId shard(int number) {
        return new ShardId(LOG_NAME, number);
    }

    private static Descriptor descriptor(int shard) {
        return new Descriptor(
                PlanKind.MOVE, shard(shard), KeyRange.part(shard, 2), 0, "b", 1, 0.9, Descriptor.State.ANNOUNCED);
    }

    /** Shards of node a, and a group of the other two. */
    private ClusterState state() {
        var source = Group.founded(0, List.of(MemberId.of("a")), "a").ledBy("a", 1);
        var target = Group.founded(1, List.of(MemberId.of("b"), MemberId.of("c")), "b")
                .ledBy("b", 1);
        var log = new Log(LOG_NAME, LOG, LogSettings.defaults(1), ShardMap.initial(List.of(0, 0)), 0);
        return new ClusterState(
                100,
                LOG + 1,
                Map.of(LOG_NAME, log),
                nodes.a.metadata.state().nodes(),
                Set.of(),
                List.of(source, target),
                ClientState.EMPTY,
                StoredPolicy.DEFAULT,
                PlanBook.EMPTY);
    }
}
