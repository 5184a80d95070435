package io.forelog.metadata.store;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.PlacementRules;
import io.forelog.raft.Crash;
import io.forelog.raft.MemberId;
import io.forelog.raft.RaftTiming;
import io.forelog.raft.ReconcilerConfig;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.transport.TcpNetwork;
import io.forelog.raft.transport.TransportConfig;
import io.forelog.raft.wal.FileWalStorage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A cluster's metadata in this process: real threads, logs on disk, TCP over loopback, commands handed over by call.
 */
final class MetadataCluster implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(20);
    private static final ReconcilerConfig QUICK = new ReconcilerConfig(
            200, Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(50), Duration.ofSeconds(1));

    private final Path directory;
    private List<MemberId> founders = List.of();
    private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private volatile boolean managed;
    private volatile PlacementRules rules = PlacementRules.DEFAULT;
    private volatile Duration submitTimeout = Duration.ofSeconds(20);
    private volatile Forwarding forwarding = (target, command) -> target.store.execute(command);

    /** How a command gets to another node. */
    interface Forwarding {
        CompletableFuture<byte[]> forward(Node target, byte[] command);
    }

    /** One node while it runs. */
    final class Node {

        private final MemberId id;
        private final TcpNetwork network;
        private final ThreadedRuntime runtime = new ThreadedRuntime(2, 2);
        private final RaftMetadataStore store;
        private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());

        private Node(MemberId id) throws IOException {
            this.id = id;
            var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            network = TcpNetwork.start(
                    TransportConfig.of("test", id.node(), bind),
                    SocketSecurity.PLAIN,
                    peer -> Optional.ofNullable(addresses.get(peer)));
            addresses.put(id.node(), network.address());
            var config = new StoreConfig(id, founders, RaftTiming.DEFAULT, submitTimeout, 1000);
            store = RaftMetadataStore.open(
                    config, new FileWalStorage(directory.resolve(id.toString())), network, runtime, this::forward);
        }

        private void start() {
            store.start().join();
            var duties = new LeaderDuties(store, QUICK, rules, System::nanoTime);
            ticker.scheduleWithFixedDelay(
                    () -> {
                        if (managed) {
                            duties.tick();
                        }
                    },
                    50,
                    50,
                    TimeUnit.MILLISECONDS);
        }

        private CompletableFuture<byte[]> forward(String node, byte[] command) {
            var target = nodes.get(node);
            return target == null
                    ? CompletableFuture.failedFuture(new ConnectException(node + " is down"))
                    : forwarding.forward(target, command);
        }

        RaftMetadataStore store() {
            return store;
        }

        String name() {
            return id.node();
        }

        void kill() {
            nodes.remove(name());
            ticker.shutdownNow();
            Crash.of(store.group());
            network.close();
            runtime.close();
        }

        void stop() {
            nodes.remove(name());
            ticker.shutdownNow();
            store.close();
            network.close();
            runtime.close();
        }
    }

    MetadataCluster(Path directory, String... founders) throws IOException {
        this.directory = directory;
        found(founders);
    }

    /** Starts the first members, if there are none yet. */
    MetadataCluster found(String... names) throws IOException {
        founders = List.of(names).stream().map(MemberId::of).toList();
        for (var founder : founders) {
            start(founder);
        }
        return this;
    }

    Node start(MemberId id) throws IOException {
        var node = new Node(id);
        nodes.put(id.node(), node);
        node.start();
        return node;
    }

    /** Lets leaders do their duties. */
    MetadataCluster managed() {
        managed = true;
        return this;
    }

    /** Sets when the nodes that are started from here on call others dead. */
    MetadataCluster deadAfter(Duration silence) {
        rules = new PlacementRules(silence, rules.slack(), rules.movingMax());
        return this;
    }

    /** Makes a node known to the metadata, whose leader then makes it a member. */
    ClusterState join(String name, String disk) {
        return leader().store()
                .submit(new JoinNode(name, disk, "here", name + ":1", name + ":2"))
                .join();
    }

    /** Sets the patience of nodes that are started from here on. */
    void submitTimeout(Duration timeout) {
        submitTimeout = timeout;
    }

    Node node(String name) {
        return nodes.get(name);
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    void forwarding(Forwarding other) {
        forwarding = other;
    }

    Node leader() {
        return Awaitility.await()
                .atMost(SOON)
                .until(
                        () -> nodes().stream()
                                .filter(node -> node.store().group().status().leading())
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    Node follower() {
        var leader = leader();
        return nodes().stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        nodes().forEach(Node::stop);
    }
}
