package io.forelog.server;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataStore;
import io.forelog.replication.GroupHost;
import io.forelog.replication.GroupReplication;
import io.forelog.replication.PeerShards;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardReplicas;
import io.forelog.server.ahead.ModelObserver;
import io.forelog.server.cluster.AddressBook;
import io.forelog.server.cluster.ClusterParts;
import io.forelog.server.cluster.ClusterView;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.server.config.Settings.LogFormat;
import io.forelog.server.control.Accesses;
import io.forelog.server.control.HotPins;
import io.forelog.server.control.ShardStatistics;
import io.forelog.server.http.CallMetrics;
import io.forelog.server.http.CallTraces;
import io.forelog.server.http.HttpApi;
import io.forelog.server.http.HttpApi.LogParts;
import io.forelog.server.http.HttpApi.StatusParts;
import io.forelog.server.http.HttpFront;
import io.forelog.server.http.HttpVerticle;
import io.forelog.server.http.Routes;
import io.forelog.server.live.Latencies;
import io.forelog.server.live.LiveSnapshot;
import io.forelog.server.live.Rates;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.ControlCalls;
import io.forelog.server.peer.PeerDocuments;
import io.forelog.server.peer.PeerServer;
import io.forelog.server.peer.Peers;
import io.forelog.server.route.MapChanges;
import io.forelog.server.route.NewestOfKey;
import io.forelog.server.route.ProducerStates;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.route.ShardTotals;
import io.forelog.server.security.AuditLog;
import io.forelog.server.security.Authenticator;
import io.forelog.server.shard.Housekeeping;
import io.forelog.server.shard.Shards;
import io.forelog.storage.Storage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: the one place that makes components and ties them together. Components are started in the order in
 * which they need each other, and closed in the reverse one.
 */
public final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String VERSION = "0.1.0";
    /** Tasks of a pool that may wait; further ones are refused, and their callers told that the node is overloaded. */
    private static final int POOL_QUEUE_MAX = 100_000;

    /** What a crash may cost of the statistics, and of the access model. */
    private static final Duration SAVE_INTERVAL = Duration.ofMinutes(10);

    private static final Duration LEFTOVERS_INTERVAL = Duration.ofSeconds(30);
    private static final Duration SEALING_INTERVAL = Duration.ofSeconds(10);

    private final Config config;
    private final Clock clock = Clock.systemUTC();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Latencies readLatencies = new Latencies();
    private final Latencies appendLatencies = new Latencies();
    private final CompletableFuture<Boolean> superseded = new CompletableFuture<>();
    private volatile Routes served = HttpApi.starting();
    private volatile Supplier<ClusterState> known = () -> ClusterState.EMPTY;
    private volatile boolean ready;
    private int port;
    private List<String> listeners = List.of();

    public Node(Config config) {
        this.config = config;
    }

    /**
     * Starts the node and returns when it serves. The shared caches may join later: reads do without them until then.
     *
     * @throws IOException if the data directory cannot be used; the message says why
     */
    public synchronized void start() throws IOException {
        try {
            open();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns where the node serves. */
    public String url() {
        return (Listening.isTls(config) ? "https://" : "http://") + config.get(Settings.HTTP_HOST) + ":" + port;
    }

    /**
     * Returns what completes when the cluster has no place for the node as it is, so that it must be closed: with
     * whether one may be started again on its data.
     */
    public CompletableFuture<Boolean> superseded() {
        return superseded.copy();
    }

    private void open() throws IOException {
        Listening.requireSafe(config);
        if (config.get(Settings.LOG_FORMAT) == LogFormat.JSON) {
            Logging.asJson();
        }
        if (config.get(Settings.LOG_REQUESTS)) {
            Logging.level("io.forelog.access", "INFO");
        }
        var data = Path.of(config.get(Settings.DATA));
        var archive = StorageSettings.archive(config);
        var storage = closing(new Storage(data, StorageSettings.of(config), archive));
        var vertx = vertx();
        var readers = pool("read", config.get(Settings.READ_THREADS));
        var calls = new PeerServer();
        var trust = new NodeTrust(config);
        HttpApi.internal(served, calls, trust.credentials());
        var authenticator =
                new Authenticator(Listening.security(config), () -> known.get(), data, clock, pool("token", 2));
        var front = front(authenticator, data);
        listen(vertx, front);
        var addresses = new AddressBook(config.get(Settings.CLUSTER_VIA));
        var peers = peers(vertx, addresses, trust);
        var cluster = cluster(data, addresses, peers, calls, trust);
        var metadata = cluster.metadata();
        var replicas = new ShardReplicas();
        var between = new ClusterCalls(config, peers, calls, metadata, replicas, readers);
        var groups = groups(data, storage, replicas, cluster, between.copies());
        var replication = closing(between.appends(groups));
        await(Future.fromCompletionStage(groups.start()));
        measure(cluster, groups);
        every("leftovers", LEFTOVERS_INTERVAL, groups.leftovers(data.resolve("groups"), storage));
        var parts = new ControlParts(config, metadata, groups::announced, clock, this::every);
        var plans = parts.planDriver(groups.checks(replication));
        var statistics = closing(new ShardStatistics(data.resolve("statistics"), clock));
        var accesses = statistics.accesses(metadata, config.get(Settings.STATISTICS_ENABLED));
        var counting = new Counting(statistics, accesses);
        var shards = new Shards(
                vertx,
                config.get(Settings.NODE_NAME),
                metadata,
                replicas,
                replication,
                new Shards.Limits(
                        Math.toIntExact(config.get(Settings.SHARD_BATCH_BYTES_MAX)),
                        config.get(Settings.SHARD_PENDING_BYTES_MAX),
                        config.get(Settings.SHARD_OPEN_TIMEOUT)),
                counting.accesses());
        opened.push(() -> await(shards.close()));
        await(shards.follow());

        var everywhere = between.readers(groups);
        var ahead = new ReadAhead(config, metadata, between.owner(everywhere));
        opened.push(ahead);
        every("sealing", SEALING_INTERVAL, ahead.sealing()::refresh);
        between.serve(groups, ahead.reads());
        between.handModelsOver(ahead.shardModel());
        serve(
                vertx,
                storage,
                cluster,
                routes -> HttpApi.internal(routes, calls, trust.credentials()),
                shards,
                everywhere,
                between.totals(groups),
                between.producers(groups, everywhere),
                between.documents(),
                parts,
                replication,
                readers,
                ahead,
                authenticator,
                counting);
        every("plans", ControlParts.INTERVAL, plans::tick);
        every(
                "housekeeping",
                config.get(Settings.HOUSEKEEPING_INTERVAL),
                new Housekeeping(metadata, replicas, clock, archive != null)::run);
        opened.push(() -> {
            groups.handOver();
            front.leave();
        });
        ready = true;
        LOG.info("{} serves at {} over {}", config.get(Settings.NODE_NAME), url(), Listening.transport(config).name());
    }

    private Peers peers(Vertx vertx, AddressBook addresses, NodeTrust trust) {
        var peers = new Peers(vertx, trust.peers(), addresses::http, registry);
        opened.push(() -> await(peers.close()));
        await(peers.start());
        return peers;
    }

    /** Makes the node part of its cluster. */
    private ClusterParts cluster(Path data, AddressBook addresses, Peers peers, PeerServer calls, NodeTrust trust)
            throws IOException {
        var cluster = closing(new ClusterParts(
                ClusterSettings.of(config), data, addresses, new ControlCalls(peers), trust.sockets()));
        ControlCalls.serve(calls, cluster::execute, cluster.desk()::answer);
        var host = config.get(Settings.CLUSTER_ADVERTISE);
        cluster.start((host.isEmpty() ? config.get(Settings.HTTP_HOST) : host) + ":" + port);
        known = cluster.metadata()::state;
        cluster.superseded().thenAccept(superseded::complete);
        return cluster;
    }

    private GroupReplication groups(
            Path data, Storage storage, ShardReplicas replicas, ClusterParts cluster, PeerShards peers) {
        return closing(new GroupReplication(
                config.get(Settings.NODE_NAME),
                GroupHost.of(data.resolve("groups"), storage, cluster.network(), peers, cluster.runtime()),
                replicas,
                cluster.metadata(),
                ReplicationSettings.of(config)));
    }

    private void measure(ClusterParts cluster, GroupReplication groups) {
        groups.onPause(new PlanMeters(registry));
        var meters = new GroupMeters(registry, groups.copies());
        meters.watch(groups);
        every(
                "group-meters",
                Duration.ofSeconds(1),
                () -> meters.look(cluster.metadata().group().status(), groups.status()));
    }

    private HttpFront front(Authenticator authenticator, Path data) throws IOException {
        return new HttpFront(
                Listening.limits(config),
                authenticator,
                closing(new AuditLog(data.resolve("audit"))),
                clock,
                new CallMetrics(registry, readLatencies, appendLatencies),
                traces(),
                registry);
    }

    private CallTraces traces() {
        var spans = Listening.spans(config);
        return new CallTraces(spans == null ? null : closing(spans).tracer());
    }

    private Vertx vertx() {
        var vertx = Listening.vertx(config);
        opened.push(() -> await(vertx.close()));
        return vertx;
    }

    private void serve(
            Vertx vertx,
            Storage storage,
            ClusterParts cluster,
            Consumer<Routes> internal,
            Shards shards,
            ShardReaders everywhere,
            ShardTotals totals,
            ProducerStates producers,
            PeerDocuments documents,
            ControlParts parts,
            Replication appends,
            ExecutorService readers,
            ReadAhead ahead,
            Authenticator authenticator,
            Counting counting) {
        MetadataStore metadata = cluster.metadata();
        var metrics = closing(new NodeMetrics(registry));
        metrics.bind(shards);
        metrics.bind(storage);
        metrics.bind(everywhere.spread());
        var cacheMetrics = new CacheMetrics(registry, metadata, ahead.local(), ahead.reads());
        every("cache-metrics", Duration.ofSeconds(1), cacheMetrics::tick);
        var meters = new PrefetchMeters(registry, metadata, ahead.prefetcher());
        every("prefetch-meters", Duration.ofSeconds(1), meters::look);
        every("model", SAVE_INTERVAL, ahead.model()::save);
        var rates = new Rates(shards);
        var live = new LiveSnapshot(
                new LiveSnapshot.Identity(config.get(Settings.NODE_NAME), config.get(Settings.NODE_REGION), VERSION),
                metadata,
                shards,
                rates,
                ahead.local(),
                ahead.reads(),
                ahead.prefetcher(),
                readLatencies,
                appendLatencies);
        live.tick(clock.millis());
        every("live", Duration.ofSeconds(1), () -> live.tick(clock.millis()));

        var vitals = new Vitals(Path.of(config.get(Settings.DATA)));
        every("vitals", Vitals.INTERVAL, vitals::tick);
        var newest = new NewestOfKey(everywhere, new MapChanges(metadata), config.get(Settings.APPEND_TIMEOUT));
        var pins = new HotPins(
                config.get(Settings.NODE_NAME), metadata, newest, ahead.reads(), counting.statistics());
        var control = parts.begin(totals, counting.statistics(), vitals, documents, pins, appends);

        var routes = HttpApi.routes(
                vertx,
                clock,
                new LogParts(
                        metadata,
                        shards,
                        everywhere,
                        totals,
                        producers,
                        ahead.reads(),
                        ahead.policies()::of,
                        new ModelObserver(ahead.prefetcher()),
                        counting.accesses(),
                        readers,
                        config.get(Settings.NODE_NAME),
                        config.get(Settings.HTTP_BATCH_RECORDS_MAX),
                        config.get(Settings.CLUSTER_SHARDS_TOGETHER),
                        config.get(Settings.APPEND_TIMEOUT),
                        Listening.tails(config),
                        authenticator::anyoneReads),
                new StatusParts(
                        ahead.local(),
                        ahead.prefetcher(),
                        rates,
                        live,
                        registry,
                        vitals,
                        new ClusterView(cluster),
                        control,
                        documents,
                        StorageSettings.isArchiving(config),
                        () -> missing(cluster)));
        internal.accept(routes);
        served = routes;
        // Closed before all that its calls need.
        listeners.forEach(listener -> opened.push(() -> await(vertx.undeploy(listener))));
    }

    /** What is counted of shards, and by whom. */
    private record Counting(ShardStatistics statistics, Accesses accesses) {}

    private List<String> missing(ClusterParts cluster) {
        var trouble = cluster.trouble();
        if (trouble != null) {
            return List.of(trouble);
        }
        return ready ? List.of() : List.of("the node is starting or ending");
    }

    private void every(String name, Duration interval, Runnable task) {
        var scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        opened.push(scheduler);
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // A schedule that throws is never run again, without a word.
                LOG.error("{} failed", name, e);
            }
        };
        scheduler.scheduleWithFixedDelay(guarded, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Listens; until the node serves, it answers other nodes, and callers that it is starting. */
    private void listen(Vertx vertx, HttpFront front) {
        var host = config.get(Settings.HTTP_HOST);
        int wanted = config.get(Settings.HTTP_PORT);
        // All listeners of a Vert.x on one address share its connections, and likewise one free port.
        var address =
                wanted == 0 ? SocketAddress.sharedRandomPort(1, host) : SocketAddress.inetSocketAddress(wanted, host);
        var options = Listening.options(config);
        int loops = config.get(Settings.HTTP_EVENT_LOOPS);
        var listening = new ArrayList<String>();
        for (int i = 0; i < (loops == 0 ? Runtime.getRuntime().availableProcessors() : loops); i++) {
            var verticle = new HttpVerticle(options, address, () -> served, front);
            var deployed = vertx.deployVerticle(verticle);
            await(deployed);
            listening.add(deployed.result());
            port = verticle.port();
        }
        listeners = listening;
    }

    private ExecutorService pool(String name, int threads) {
        var pool = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(POOL_QUEUE_MAX),
                Thread.ofPlatform().name(name + "-", 0).factory());
        opened.push(pool);
        return pool;
    }

    private <T extends AutoCloseable> T closing(T component) {
        opened.push(component);
        return component;
    }

    private static void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the node started or ended", e);
        } catch (Exception e) {
            throw new IllegalStateException("the node could not start or end: " + e.getMessage(), e);
        }
    }

    /** Ends the node: what was acknowledged is on disk, what was not taken is refused. */
    @Override
    public synchronized void close() {
        ready = false;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                // The rest must still be closed: what is left open would hold the directory.
                LOG.error("a component did not close", e);
            }
        }
    }
}
