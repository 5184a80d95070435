package io.forelog.server;

import io.forelog.metadata.FileMetadataStore;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.transport.TcpNetwork;
import io.forelog.raft.transport.TransportConfig;
import io.forelog.replication.GroupReplication;
import io.forelog.replication.PeerShards;
import io.forelog.replication.ShardReplicas;
import io.forelog.server.ahead.ModelObserver;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.server.http.CallMetrics;
import io.forelog.server.http.HttpApi;
import io.forelog.server.http.HttpApi.LogParts;
import io.forelog.server.http.HttpApi.StatusParts;
import io.forelog.server.http.HttpLimits;
import io.forelog.server.http.HttpVerticle;
import io.forelog.server.http.Routes;
import io.forelog.server.live.Latencies;
import io.forelog.server.live.LiveSnapshot;
import io.forelog.server.live.Rates;
import io.forelog.server.live.Vitals;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.route.ShardTotals;
import io.forelog.server.shard.Housekeeping;
import io.forelog.server.shard.Shards;
import io.forelog.server.tail.TailLimits;
import io.forelog.storage.Storage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    private static final Duration BLOCKED = Duration.ofMillis(100);

    private final Config config;
    private final Clock clock = Clock.systemUTC();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile boolean ready;
    private int port;

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
        return "http://" + config.get(Settings.HTTP_HOST) + ":" + port;
    }

    private void open() throws IOException {
        var data = Path.of(config.get(Settings.DATA));
        var archive = StorageSettings.archive(config);
        var storage = closing(new Storage(data, StorageSettings.of(config), archive));
        MetadataStore metadata = closing(new FileMetadataStore(data.resolve("metadata")));
        join(metadata);
        var vertx = vertx();
        var replicas = new ShardReplicas();
        var readers = pool("read", config.get(Settings.READ_THREADS));
        var calls = new ClusterCalls(config, vertx, metadata, replicas, readers);
        await(calls.start());
        opened.push(() -> await(calls.close()));
        var replication = replication(data, storage, replicas, metadata, calls.copies());
        var routed = closing(calls.appends(replication));
        var shards = new Shards(
                vertx,
                config.get(Settings.NODE_NAME),
                metadata,
                replicas,
                routed,
                Math.toIntExact(config.get(Settings.SHARD_BATCH_BYTES_MAX)),
                config.get(Settings.SHARD_PENDING_BYTES_MAX));
        opened.push(() -> await(shards.close()));
        openShards(shards, metadata);

        var everywhere = calls.readers(replication);
        var ahead = new ReadAhead(config, metadata, calls.owner(everywhere));
        opened.push(ahead);
        var routes = serve(vertx, storage, metadata, shards, everywhere, calls.totals(replication), readers, ahead);
        calls.serve(routes.routes(), replication, ahead.reads());
        listen(vertx, routes.routes(), routes.metrics());
        every(
                "housekeeping",
                config.get(Settings.HOUSEKEEPING_INTERVAL),
                new Housekeeping(metadata, shards, clock, archive != null)::run);
        ready = true;
        LOG.info("node {} serves at {}", config.get(Settings.NODE_NAME), url());
    }

    private GroupReplication replication(
            Path data, Storage storage, ShardReplicas replicas, MetadataStore metadata, PeerShards copies)
            throws IOException {
        var runtime = closing(new ThreadedRuntime(
                config.get(Settings.RAFT_THREADS), config.get(Settings.APPLY_THREADS)));
        var name = config.get(Settings.NODE_NAME);
        var network = closing(TcpNetwork.start(
                TransportConfig.of(
                        config.get(Settings.CLUSTER_NAME), name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                SocketSecurity.PLAIN,
                node -> Optional.empty()));
        var replication = closing(new GroupReplication(
                name,
                data.resolve("groups"),
                storage,
                replicas,
                metadata,
                network,
                runtime,
                copies,
                ReplicationSettings.of(config)));
        await(Future.fromCompletionStage(replication.start()));
        return replication;
    }

    /** Makes this node known. */
    private void join(MetadataStore metadata) {
        var name = config.get(Settings.NODE_NAME);
        var address = config.get(Settings.HTTP_HOST) + ":" + config.get(Settings.HTTP_PORT);
        metadata.submit(new JoinNode(name, name, config.get(Settings.NODE_REGION), address, address)).join();
    }

    private Vertx vertx() {
        int loops = config.get(Settings.HTTP_EVENT_LOOPS);
        var vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(loops == 0 ? Runtime.getRuntime().availableProcessors() : loops)
                .setWorkerPoolSize(4)
                .setBlockedThreadCheckInterval(BLOCKED.toMillis())
                .setMaxEventLoopExecuteTime(BLOCKED.toNanos())
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.NANOSECONDS));
        opened.push(() -> await(vertx.close()));
        return vertx;
    }

    private static void openShards(Shards shards, MetadataStore metadata) {
        var opening = new ArrayList<Future<Void>>();
        for (Log log : metadata.state().logs().values()) {
            opening.add(shards.open(log));
        }
        await(Future.all(opening));
    }

    private record Serving(Routes routes, CallMetrics metrics) {}

    private Serving serve(
            Vertx vertx,
            Storage storage,
            MetadataStore metadata,
            Shards shards,
            ShardReaders everywhere,
            ShardTotals totals,
            ExecutorService readers,
            ReadAhead ahead) {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var metrics = closing(new NodeMetrics(registry));
        metrics.bind(shards);
        metrics.bind(storage);
        metrics.bind(ahead.local(), ahead.reads());
        metrics.bind(ahead.prefetcher());
        var readLatencies = new Latencies();
        var appendLatencies = new Latencies();
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

        var routes = HttpApi.routes(
                vertx,
                clock,
                new LogParts(
                        metadata,
                        shards,
                        everywhere,
                        totals,
                        ahead.reads(),
                        new ModelObserver(ahead.prefetcher()),
                        readers,
                        config.get(Settings.NODE_NAME),
                        config.get(Settings.HTTP_BATCH_RECORDS_MAX),
                        TailLimits.of(
                                config.get(Settings.HTTP_TAILS_MAX),
                                config.get(Settings.HTTP_TAIL_SLOW_MAX),
                                config.get(Settings.HTTP_TAIL_HEARTBEAT))),
                new StatusParts(
                        ahead.local(),
                        ahead.prefetcher(),
                        rates,
                        live,
                        registry,
                        vitals,
                        () -> ready ? List.of() : List.of("the node is starting or ending")));
        return new Serving(routes, new CallMetrics(registry, readLatencies, appendLatencies));
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

    private void listen(Vertx vertx, Routes routes, CallMetrics metrics) {
        var host = config.get(Settings.HTTP_HOST);
        int wanted = config.get(Settings.HTTP_PORT);
        // All listeners of a Vert.x on one address share its connections, and likewise one free port.
        var address = wanted == 0 ? SocketAddress.sharedRandomPort(1, host) : SocketAddress.inetSocketAddress(wanted, host);
        var options = new HttpServerOptions()
                .setMaxInitialLineLength(HttpLimits.LINE_BYTES_MAX)
                .setMaxHeaderSize(HttpLimits.HEADER_BYTES_MAX)
                .setInitialSettings(new Http2Settings()
                        .setMaxHeaderListSize(HttpLimits.HEADER_BYTES_MAX)
                        .setMaxConcurrentStreams(1000))
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeout(Math.toIntExact(config.get(Settings.HTTP_IDLE_TIMEOUT).toSeconds()))
                .setTcpNoDelay(true);
        var limits = new HttpLimits(
                config.get(Settings.HTTP_BODY_BYTES_MAX), config.get(Settings.HTTP_CORS_ORIGINS));
        int loops = config.get(Settings.HTTP_EVENT_LOOPS);
        for (int i = 0; i < (loops == 0 ? Runtime.getRuntime().availableProcessors() : loops); i++) {
            var verticle = new HttpVerticle(options, address, routes, metrics, limits);
            var deployed = vertx.deployVerticle(verticle);
            await(deployed);
            // Closed before all that its calls need.
            opened.push(() -> await(vertx.undeploy(deployed.result())));
            port = verticle.port();
        }
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
