package io.forelog.server.route;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.Log;
import io.forelog.record.RecordBatch;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.AppliedHere;
import io.forelog.replication.Groups;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.http.CallMetrics;
import io.forelog.server.http.CallTraces;
import io.forelog.server.http.HttpApi;
import io.forelog.server.http.HttpFront;
import io.forelog.server.http.HttpLimits;
import io.forelog.server.http.HttpVerticle;
import io.forelog.server.http.Routes;
import io.forelog.server.live.Latencies;
import io.forelog.server.peer.HeldShards;
import io.forelog.server.peer.PeerConfig;
import io.forelog.server.peer.PeerCredentials;
import io.forelog.server.peer.PeerServer;
import io.forelog.server.peer.Peers;
import io.forelog.server.security.AuditLog;
import io.forelog.server.security.Authenticator;
import io.forelog.server.security.SecurityConfig;
import io.forelog.server.shard.LocalOwner;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A node with real storage and a real HTTP server, which leads the groups that the test says. */
public final class TestNode implements Groups, AutoCloseable {

    static final String CLUSTER = "test";

    /** The deadline of a read: some tests wait for it. */
    static final Duration READ_MAX = Duration.ofMillis(2_500);

    public final String name;
    public final TestMetadata metadata = new TestMetadata();
    final ShardGroups shards = new ShardGroups(metadata);
    public final PeerServer server = new PeerServer();
    public final Peers peers;
    final RoutedReplication routed;
    final Set<Integer> leading = ConcurrentHashMap.newKeySet();
    final ShardReaders everywhere;
    final ShardTotals totals;
    final ClusterOwner owner;
    final ProducerStates producers;
    public final ExecutorService readers = Executors.newFixedThreadPool(2);
    final AppliedHere local = new AppliedHere();
    final Map<String, String> regions = new ConcurrentHashMap<>();

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private final Vertx vertx;
    private final Storage storage;
    private final HttpVerticle http;

    /** Whether another node leads what this one believes that it leads. */
    volatile boolean isDeposed;

    /** What appends here wait for before they are taken. */
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    TestNode(
            Vertx vertx,
            String name,
            Path directory,
            PeerConfig config,
            Map<String, String> addresses,
            Duration timeout)
            throws IOException {
        this.vertx = vertx;
        this.name = name;
        storage = new Storage(
                directory.resolve(name),
                StorageConfig.defaults().withSegments(64 << 10, 1000).withFreeBytesMin(0));
        peers = new Peers(vertx, config, addresses::get, meters);
        await(peers.start());
        Replication gated = command -> gate.thenRun(() -> local.append(command));
        routed = new RoutedReplication(name, metadata, shards, this, gated, peers, timeout);
        new LeaderAppends(name, shards, this, gated).register(server);
        new HeldShards(
                        metadata,
                        this::replica,
                        (group, index) -> ("checkpoint " + group + " " + index).getBytes(),
                        (group, shard, plan) -> CompletableFuture.completedFuture(
                                ("image " + group + " " + shard + " " + plan).getBytes()),
                        readers)
                .register(server);
        var spread = new SpreadKeys(metadata);
        new LeaderReads(name, shards, this, local::find, (region, address, record) -> {}, readers, spread)
                .register(server);
        everywhere = new ShardReaders(name, shards, this, local::find, peers, readers, READ_MAX, spread);
        totals = new ShardTotals(shards, this, local::find, peers);
        producers = new ProducerStates(shards, this, local::find, peers, everywhere);
        producers.register(server);
        owner = new ClusterOwner(
                "local",
                everywhere,
                peers,
                local::find,
                new LocalOwner(local::find, readers),
                node -> regions.getOrDefault(node, "elsewhere"));
        var routes = new Routes();
        HttpApi.internal(routes, server, new PeerCredentials(config.cluster(), config.key()));
        http = new HttpVerticle(
                new HttpServerOptions().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(1024)),
                SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                () -> routes,
                front(directory.resolve(name + "-audit")));
        await(vertx.deployVerticle(http));
    }

    private HttpFront front(Path audit) throws IOException {
        var registry = new SimpleMeterRegistry();
        var open = new SecurityConfig(false, "", "", "", null, "", List.of(), 0, 0);
        return new HttpFront(
                new HttpLimits(1 << 20, Duration.ofSeconds(30), 10_000, 1L << 30, 1_000, List.of()),
                new Authenticator(open, metadata::state, audit, Clock.systemUTC(), readers),
                new AuditLog(audit),
                Clock.systemUTC(),
                new CallMetrics(registry, new Latencies(), new Latencies()),
                new CallTraces(null),
                registry);
    }

    int port() {
        return http.port();
    }

    /** Opens a replica of each shard of a log. */
    void hold(Log log) {
        for (var shard : log.shards().shards()) {
            local.hold(
                    new ShardId(log.incarnation(), shard.number()),
                    log.name(),
                    storage.open(log.incarnation(), shard.number()));
        }
    }

    ShardReplica replica(ShardId shard) {
        return local.find(shard);
    }

    /** Appends as a client of this node. */
    CompletableFuture<Appended> append(ShardId shard, RecordBatch batch, long nextOffset) {
        var done = new CompletableFuture<Appended>();
        routed.append(new AppendCommand(shard, batch, nextOffset, true, false, done));
        return done;
    }

    /** Appends to the replica here, whoever leads: as its group would. */
    void apply(ShardId shard, RecordBatch batch) throws Exception {
        var done = new CompletableFuture<Appended>();
        local.append(new AppendCommand(shard, batch, AppendCommand.ANY_OFFSET, true, false, done));
        done.get(10, TimeUnit.SECONDS);
    }

    @Override
    public boolean leads(int group) {
        return leading.contains(group);
    }

    @Override
    public boolean owns(int group, ShardId shard) {
        return local.find(shard) != null;
    }

    @Override
    public CompletableFuture<Void> barrier(int group) {
        return leads(group) && !isDeposed
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new NoLeaderException(name + " does not lead group " + group));
    }

    @Override
    public CompletableFuture<Void> fence(int group, ShardId shard, long producer, short epoch) {
        return barrier(group);
    }

    static void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        routed.close();
        await(peers.close());
        await(vertx.undeploy(http.deploymentID()));
        local.close();
        readers.close();
        storage.close();
    }
}
