package io.forelog.server.route;

import io.forelog.metadata.ClientState;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.PlanBook;
import io.forelog.metadata.ShardMap;
import io.forelog.metadata.StoredPolicy;
import io.forelog.raft.MemberId;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.ShardId;
import io.forelog.server.peer.PeerConfig;
import io.forelog.server.peer.ShardCopies;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Nodes {@code a}, {@code b} and {@code c} in this process, each reached by the others through a proxy, and a log of
 * two shards in one group. Nothing replicates: which node holds what is the test's to say.
 */
public final class TestNodes implements AutoCloseable {

    static final long LOG = 7;
    static final ShardId SHARD = new ShardId(LOG, 0);
    static final ShardId OTHER = new ShardId(LOG, 1);

    final Vertx vertx = Vertx.vertx();
    public final TestNode a;
    public final TestNode b;
    public final TestNode c;
    final Map<String, CutProxy> proxies = new HashMap<>();
    final Map<String, String> addresses = new ConcurrentHashMap<>();
    private int term = 1;

    public TestNodes(Path directory, Duration timeout) throws IOException {
        // Longer than a test takes: on a busy machine a node is silent for seconds, which one test alone is about.
        this(directory, timeout, Duration.ofMinutes(1));
    }

    TestNodes(Path directory, Duration timeout, Duration silenceMax) throws IOException {
        var config = new PeerConfig(TestNode.CLUSTER, "secret", null, Duration.ofSeconds(5), silenceMax, 200, 8 << 20);
        a = node("a", directory, config, timeout);
        b = node("b", directory, config, timeout);
        c = node("c", directory, config, timeout);
        leader(b);
    }

    private TestNode node(String name, Path directory, PeerConfig config, Duration timeout) throws IOException {
        var node = new TestNode(vertx, name, directory, config, addresses, timeout);
        var proxy = new CutProxy(node.port());
        proxies.put(name, proxy);
        addresses.put(name, proxy.address());
        return node;
    }

    /** Makes the connections between a node and another: in the first test that loads classes for seconds. */
    void warm(TestNode asking, TestNode asked) throws Exception {
        new ShardCopies(asking.peers, asking.readers, Duration.ofMinutes(1))
                .bounds(asked.name, LOG, 0, 0)
                .get(1, TimeUnit.MINUTES);
        asking.totals.of(List.of(SHARD)).get(1, TimeUnit.MINUTES);
    }

    public CutProxy proxy(TestNode node) {
        return proxies.get(node.name);
    }

    static Log log() {
        var settings = LogSettings.defaults(3);
        return new Log("events", LOG, settings, ShardMap.initial(List.of(0, 0)), 0);
    }

    public List<TestNode> all() {
        return List.of(a, b, c);
    }

    /** Makes a node lead, and all nodes know it. */
    void leader(TestNode node) {
        term++;
        all().forEach(each -> {
            each.leading.clear();
            if (each == node) {
                each.leading.add(0);
            }
        });
        all().forEach(each -> tell(each, node.name));
    }

    /** Lets {@code knowing} believe that a node leads. */
    void tell(TestNode knowing, String leader) {
        var known = new HashMap<String, ClusterNode>();
        var members = List.of("a", "b", "c");
        members.forEach(name -> known.put(
                name,
                new ClusterNode(
                        name, 0, name, "local", addresses.getOrDefault(name, ""), "", false, false, Duration.ZERO)));
        var founders = members.stream().map(name -> new MemberId(name, 0)).toList();
        var group = Group.founded(0, founders, "a").ledBy(leader, term);
        knowing.metadata.become(new ClusterState(
                knowing.metadata.state().version() + 1,
                8,
                Map.of("events", log()),
                known,
                Set.of(),
                List.of(group),
                ClientState.EMPTY,
                StoredPolicy.DEFAULT,
                PlanBook.EMPTY));
    }

    static RecordBatch batch(String... values) {
        return batchOf(-1, 0, values);
    }

    static RecordBatch batchOf(long producer, int sequence, String... values) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (var value : values) {
            builder.add(new LogRecord(
                    ("key-" + value.charAt(0)).getBytes(StandardCharsets.UTF_8),
                    value.getBytes(StandardCharsets.UTF_8),
                    List.of(),
                    1_000));
        }
        if (producer >= 0) {
            builder.producer(producer, (short) 0, sequence);
        }
        return builder.build();
    }

    @Override
    public void close() throws IOException {
        for (var proxy : proxies.values()) {
            proxy.close();
        }
        all().forEach(TestNode::close);
        TestNode.await(vertx.close());
    }
}
