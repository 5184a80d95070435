package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
import io.forelog.raft.GroupLimits;
import io.forelog.raft.MemberId;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.transport.TcpNetwork;
import io.forelog.raft.transport.TransportConfig;
import io.forelog.raft.wal.WalConfig;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** The replication of three nodes in one process, over TCP on loopback, with one metadata store for all. */
final class GroupsFixture {

    static final List<String> NODES = List.of("a", "b", "c");
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final StorageConfig STORAGE =
            StorageConfig.defaults().withFreeBytesMin(0).withSegments(256 << 10, 5_000);

    private final Path directory;
    private final LoneMetadata lone;
    private final MetadataStore metadata;
    private final Map<String, RunningNode> running = new ConcurrentHashMap<>();
    private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private final Set<String> damaged = ConcurrentHashMap.newKeySet();
    /** The first offsets of the batches that nodes asked each other for, in order. */
    private final List<Long> askedFrom = new CopyOnWriteArrayList<>();

    private volatile Duration cutoverMax = ReplicationConfig.DEFAULT.cutoverMax();
    private volatile Duration leftoversGrace = ReplicationConfig.DEFAULT.leftoversGrace();

    /** What one node has open. */
    static final class RunningNode {

        private final Deque<AutoCloseable> opened = new ArrayDeque<>();
        private final Storage storage;
        private final ShardReplicas replicas = new ShardReplicas();
        private final GroupReplication replication;

        private RunningNode(GroupsFixture cluster, String name) throws IOException {
            var home = cluster.home(name);
            storage = keep(new Storage(home, STORAGE));
            var runtime = keep(new ThreadedRuntime(2, 2));
            var network = keep(TcpNetwork.start(
                    TransportConfig.of("test", name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    SocketSecurity.PLAIN,
                    node -> Optional.ofNullable(cluster.addresses.get(node))));
            cluster.addresses.put(name, network.address());
            var known = ReplicationConfig.DEFAULT;
            replication = keep(new GroupReplication(
                    name,
                    GroupHost.of(home.resolve("groups"), storage, network, cluster.new InProcessPeers(), runtime),
                    replicas,
                    cluster.metadata,
                    new ReplicationConfig(
                            known.timing(),
                            checkpointingEvery(40),
                            new WalConfig(4 << 20, 3, 16),
                            known.entryBytesMax(),
                            known.entriesUnderWayMax(),
                            known.waitingBytesMax(),
                            known.copyBytesPerSecond(),
                            cluster.cutoverMax,
                            cluster.leftoversGrace)));
            replication.start();
            var sweeper = keep(Executors.newSingleThreadScheduledExecutor());
            sweeper.scheduleWithFixedDelay(
                    replication.leftovers(home.resolve("groups"), storage), 100, 100, TimeUnit.MILLISECONDS);
        }

        private <T extends AutoCloseable> T keep(T part) {
            opened.push(part);
            return part;
        }

        ShardReplicas replicas() {
            return replicas;
        }

        GroupReplication replication() {
            return replication;
        }

        private void close() throws Exception {
            while (!opened.isEmpty()) {
                opened.pop().close();
            }
        }
    }

    GroupsFixture(Path directory) throws IOException {
        this.directory = directory;
        lone = new LoneMetadata(directory.resolve("metadata"));
        metadata = lone.store();
        NODES.forEach(this::join);
    }

    private static GroupLimits checkpointingEvery(int entries) {
        var known = GroupLimits.DEFAULT;
        return new GroupLimits(
                1 << 20,
                known.pendingEntriesMax(),
                known.pendingBytesMax(),
                known.logEntriesMax(),
                entries,
                known.checkpointBytes(),
                10,
                known.retainedBytes(),
                known.messageEntriesMax(),
                known.messageBytesMax(),
                known.cachedPayloadBytes(),
                known.manifestBytesMax());
    }

    /** Looks at once, then every few milliseconds. */
    private static ConditionFactory soon() {
        return Awaitility.await().atMost(SOON).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10));
    }

    /** Sets how long nodes that are started from here on keep what has left them. */
    void leftoversGrace(Duration grace) {
        leftoversGrace = grace;
    }

    /** Sets for how long nodes that are started from here on wait for a cutover. */
    void cutoverMax(Duration max) {
        cutoverMax = max;
    }

    /** Makes another node known. */
    void join(String node) {
        metadata.submit(new JoinNode(node, "disk-" + node, "r", "127.0.0.1:1", "127.0.0.1:1"))
                .join();
    }

    void start(String node) throws IOException {
        running.put(node, new RunningNode(this, node));
    }

    void stop(String node) throws Exception {
        running.remove(node).close();
    }

    /** Copies what a node has on disk now, as a kill would leave it. */
    void copyDisk(String node, Path target) throws IOException {
        try (var paths = Files.walk(home(node))) {
            for (var path : (Iterable<Path>) paths::iterator) {
                var copy = target.resolve(home(node).relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }

    Path home(String node) {
        return directory.resolve(node);
    }

    RunningNode node(String name) {
        return running.get(name);
    }

    boolean runs(String name) {
        return running.containsKey(name);
    }

    MetadataStore metadata() {
        return metadata;
    }

    Log createLog(String name, int shards) {
        return createLog(name, shards, 3);
    }

    Log createLog(String name, int shards, int replicas) {
        metadata.submit(new CreateLog(name, LogSettings.defaults(replicas).withShards(shards), 0))
                .join();
        return metadata.state().log(name);
    }

    /** Returns the node that leads a shard, once one does. */
    String leaderOf(Log log, int shard) {
        int group = log.shards().shards().get(shard).group();
        return soon().until(
                        () -> running.entrySet().stream()
                                .filter(node -> node.getValue().replication.leads(group)
                                        && node.getValue().replicas.find(new ShardId(log.incarnation(), shard)) != null)
                                .map(Map.Entry::getKey)
                                .findAny(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Appends one record through whoever leads, again until it is acknowledged: with a producer's sequence. */
    Appended append(Log log, int shard, int sequence) {
        return soon().ignoreExceptions()
                .until(
                        () -> appendAt(leaderOf(log, shard), log, shard, batch(sequence, 7, sequence))
                                .get(),
                        appended -> appended.count() == 1);
    }

    CompletableFuture<Appended> appendAt(String node, Log log, int shard, RecordBatch batch) {
        return appendAt(node, log, shard, batch, AppendCommand.ANY_OFFSET);
    }

    CompletableFuture<Appended> appendAt(String node, Log log, int shard, RecordBatch batch, long nextOffset) {
        var command = new AppendCommand(
                new ShardId(log.incarnation(), shard),
                batch,
                nextOffset,
                true,
                false,
                new CompletableFuture<>());
        running.get(node).replication.append(command);
        return command.done();
    }

    /** Lets a shard take nothing more of a producer's lower epochs, by whoever leads it. */
    void fence(Log log, int shard, long producer, int epoch) {
        int group = log.shards().shards().get(shard).group();
        var id = new ShardId(log.incarnation(), shard);
        soon().ignoreExceptionsMatching(NoLeaderException.class::isInstance).until(() -> {
            try {
                running.get(leaderOf(log, shard))
                        .replication
                        .fence(group, id, producer, (short) epoch)
                        .join();
                return true;
            } catch (CompletionException e) {
                throw (RuntimeException) e.getCause();
            }
        });
    }

    /** Returns what looks over plans, as a node that runs does it; appends go to whoever leads. */
    PlanChecks checks(String node) {
        return running.get(node).replication.checks(command -> {
            var log = metadata.state().find(command.shard().log());
            running.get(leaderOf(log, command.shard().number())).replication.append(command);
        });
    }

    /** Returns the first offsets of the batches that nodes asked each other for, in order. */
    List<Long> askedFrom() {
        return List.copyOf(askedFrom);
    }

    /** Returns whether a node has files of a shard. */
    boolean hasFiles(String node, ShardId shard) throws IOException {
        return running.get(node).storage.stored().stream()
                .anyMatch(stored -> stored.logIncarnation() == shard.log() && stored.shard() == shard.number());
    }

    /** Makes a node's records have another digest than they were written with. */
    void damage(String node) {
        damaged.add(node);
    }

    /** Returns a batch of one record that says its number. */
    static RecordBatch batch(int number, long producer, int sequence) {
        return batch(number, producer, 0, sequence);
    }

    static RecordBatch batch(int number, long producer, int epoch, int sequence) {
        return new RecordBatchBuilder(Compression.NONE)
                .add(new LogRecord(bytes("key-" + number % 7), bytes("value-" + number), List.of(), number))
                .producer(producer, (short) epoch, sequence)
                .build();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Begins a plan and returns its id. */
    long begin(Plan plan) {
        return metadata.submit(new ChangePlan(new PlanCommand.Begin(plan)))
                        .join()
                        .plans()
                        .nextId()
                - 1;
    }

    /** Returns the plan as it is once it came to a state. */
    Plan await(long plan, PlanState state) {
        return soon().until(() -> metadata.state().plans().plan(plan), known -> known.state() == state);
    }

    /** Waits until every running node has the shard up to {@code end}, and all hold the same bytes. */
    void assertSameEverywhere(Log log, int shard, long end) {
        assertSameOn(running.keySet(), log, shard, end);
    }

    /** Waits until these nodes have the shard up to {@code end}, and asserts that they hold the same bytes. */
    void assertSameOn(Collection<String> nodes, Log log, int shard, long end) {
        var id = new ShardId(log.incarnation(), shard);
        for (var name : nodes) {
            var node = running.get(name);
            soon().ignoreExceptions().until(() -> at(node, id, ShardReplica::highWatermark), mark -> mark == end);
        }
        assertThat(nodes.stream()
                        .map(node -> hex(at(
                                running.get(node), id, replica -> replica.log().digest(replica.startOffset(), end))))
                        .distinct())
                .as("digests")
                .hasSize(1);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static <T extends @Nullable Object> T at(RunningNode node, ShardId id, Function<ShardReplica, T> look) {
        var replica = node.replicas.find(id);
        if (replica == null) {
            throw new IllegalStateException("no replica of " + id);
        }
        return look.apply(replica);
    }

    void close() throws Exception {
        for (var node : List.copyOf(running.keySet())) {
            stop(node);
        }
        lone.close();
    }

    /** Copies between nodes of this process. */
    private final class InProcessPeers implements PeerShards {

        @Override
        public CompletableFuture<List<RecordBatch>> batches(
                String node, long incarnation, int shard, long from, long end, int bytesMax) {
            askedFrom.add(from);
            return answer(node, new ShardId(incarnation, shard), replica -> replica.log()
                    .readBatches(from, Math.min(end, replica.log().endOffset()), bytesMax));
        }

        @Override
        public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
            return answer(node, new ShardId(incarnation, shard), replica -> replica.log()
                            .digest(from, end))
                    .thenApply(digest -> damaged.contains(node) ? new byte[digest.length] : digest);
        }

        @Override
        public CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from) {
            return answer(node, new ShardId(incarnation, shard), replica ->
                    new long[] {replica.startOffset(), replica.highWatermark()});
        }

        @Override
        public CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan) {
            try {
                return running.get(node).replication.image(group, new ShardId(incarnation, shard), plan);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletableFuture<Void> prepared(String node, long plan) {
            try {
                return running.get(node).replication.prepared(plan);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
            try {
                return CompletableFuture.completedFuture(
                        running.get(node).replication.checkpointFile(group, index));
            } catch (IOException | RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public CompletableFuture<Void> replace(String leader, int group, MemberId stopped) {
            var node = running.get(leader);
            return node == null
                    ? CompletableFuture.failedFuture(new IOException(leader + " does not run"))
                    : node.replication.replace(group, stopped);
        }

        private <T> CompletableFuture<T> answer(String node, ShardId id, Function<ShardReplica, T> look) {
            try {
                return CompletableFuture.completedFuture(at(running.get(node), id, look));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
