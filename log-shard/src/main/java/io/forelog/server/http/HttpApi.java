package io.forelog.server.http;

import io.forelog.cache.FillPolicy;
import io.forelog.cache.ReadPath;
import io.forelog.cache.local.LocalCache;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.Prefetcher;
import io.forelog.server.control.Accesses;
import io.forelog.server.control.ControlPlane;
import io.forelog.server.live.HotKeys;
import io.forelog.server.live.LiveSnapshot;
import io.forelog.server.live.Rates;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.PeerCredentials;
import io.forelog.server.peer.PeerDocuments;
import io.forelog.server.peer.PeerServer;
import io.forelog.server.route.FreshMetadata;
import io.forelog.server.route.MapChanges;
import io.forelog.server.route.NewestOfKey;
import io.forelog.server.route.ProducerStates;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.route.ShardTotals;
import io.forelog.server.shard.Shards;
import io.forelog.server.tail.ClusterFeed;
import io.forelog.server.tail.TailLimits;
import io.forelog.server.tail.Tails;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Every call of the API, on the components of one node. */
public final class HttpApi {

    private HttpApi() {}

    /**
     * The log itself: what is appended and read.
     *
     * @param accesses counts what is read; of what is appended its shards tell
     * @param readers threads that may wait for the disk
     * @param recordsMax of one append
     * @param shardsTogether of a new log that begin in one group
     * @param anyoneReads whether a log of this name is read without credentials
     */
    public record LogParts(
            MetadataStore metadata,
            Shards shards,
            ShardReaders shardReaders,
            ShardTotals totals,
            ProducerStates producers,
            ReadPath reads,
            LongFunction<FillPolicy> fillPolicies,
            ReadObserver observer,
            Accesses accesses,
            Executor readers,
            String node,
            int recordsMax,
            int shardsTogether,
            Duration appendTimeout,
            TailLimits tails,
            Predicate<String> anyoneReads) {}

    /**
     * What is known of the node.
     *
     * @param documents what each node alone knows
     * @param archives whether the node has an archive
     * @param missing what the node lacks to serve, in words
     */
    public record StatusParts(
            LocalCache<?, ?> local,
            Prefetcher prefetcher,
            Rates rates,
            LiveSnapshot live,
            PrometheusMeterRegistry metrics,
            Vitals vitals,
            NodesApi.Cluster cluster,
            ControlPlane control,
            PeerDocuments documents,
            boolean archives,
            Supplier<List<String>> missing) {}

    public static Routes routes(Vertx vertx, Clock clock, LogParts log, StatusParts status) {
        var document = ApiDocument.load();
        var documents = new ClusterDocuments(status.documents());
        var fresh = new FreshMetadata(log.metadata());
        var routes = new Routes(document).refreshedBy(fresh::await);
        var changes = new MapChanges(log.metadata());
        var feed = new ClusterFeed(log.metadata(), log.shardReaders()::of);
        var tails = new Tails(vertx, log.metadata(), feed, TailApi::json, TailApi::problem, log.tails());
        bind(tails, status.metrics());
        var hotKeys = new HotKeys();
        log.metadata().watch((before, after) -> forgetDeleted(before, after, hotKeys));
        ReadObserver counts = (call, address, answer) -> {
            log.accesses().read(address.log(), address.shard(), answer.record(), reader(call), call.elapsedNanos());
            var key = answer.record().key();
            if (key != null && log.accesses().isCounting()) {
                hotKeys.read(address.log(), address.shard(), key, clock.millis());
            }
        };
        ReadObserver observer = (call, address, answer) -> {
            log.observer().read(call, address, answer);
            counts.read(call, address, answer);
        };
        var points = new PointApi(
                log.metadata(),
                log.shards(),
                log.shardReaders(),
                log.reads(),
                observer,
                counts,
                log.readers(),
                log.anyoneReads());
        new LogsApi(log.metadata(), log.shards(), log.totals(), log.shardsTogether(), clock).register(routes);
        new AppendApi(
                        log.metadata(),
                        fresh,
                        changes,
                        log.shards(),
                        log.producers(),
                        log.reads(),
                        log.fillPolicies(),
                        log.readers(),
                        clock,
                        log.recordsMax(),
                        log.appendTimeout())
                .register(routes);
        points.register(routes);
        new RunApi(log.metadata(), log.shardReaders(), log.accesses()).register(routes);
        var newest = new NewestOfKey(log.shardReaders(), changes, log.appendTimeout());
        var keys = new KeyApi(log.metadata(), newest, log.shardReaders(), points, log.accesses());
        keys.register(routes);
        new TailApi(log.metadata(), tails).register(routes);
        new CursorApi(log.metadata(), tails, feed, vertx, clock).register(routes);
        new NodesApi(log.metadata(), status.cluster(), status.vitals(), log.node(), documents).register(routes);
        new AnalyticsApi(log.metadata(), hotKeys, documents).register(routes);
        new CoAccessApi(log.metadata(), newest, log.shardReaders(), status.prefetcher()::coAccess, documents)
                .register(routes);
        var control = new ControlApi(log.node(), log.metadata(), status.control(), documents, log.readers(), clock);
        control.register(routes);
        new PolicyApi(log.metadata(), status.control()).register(routes);
        new PlansApi(log.metadata(), status.control(), status.archives(), log.readers(), clock).register(routes);
        new ShardsApi(log.metadata(), log.shards(), log.totals(), status.rates(), control).register(routes);
        new CachesApi(log.metadata(), status.local(), log.reads()).register(routes);
        new PrefetchApi(log.metadata(), status.prefetcher()).register(routes);
        new KeysApi(log.metadata(), clock).register(routes);
        new LoggersApi().register(routes);
        new OperatingApi(vertx, status.metrics(), status.live(), status.missing()).register(routes);
        new DocumentApi(vertx, document).register(routes);
        routes.requireDocumented();
        return routes;
    }

    static String reader(Call call) {
        var name = call.readerName();
        return name == null ? "" : name;
    }

    /** Adds the calls of other nodes. */
    public static void internal(Routes routes, PeerServer server, PeerCredentials credentials) {
        new InternalApi(server, credentials).register(routes);
    }

    private static void forgetDeleted(ClusterState before, ClusterState after, HotKeys hotKeys) {
        for (var log : before.logs().values()) {
            if (after.find(log.incarnation()) == null) {
                hotKeys.forget(log.incarnation());
            }
        }
    }

    private static void bind(Tails tails, MeterRegistry metrics) {
        Gauge.builder("forelog.tails.open", tails, Tails::open)
                .description("Tails that are open")
                .register(metrics);
        FunctionCounter.builder("forelog.tails.cut.off", tails, Tails::cutOff)
                .description("Tails that were ended because their readers took nothing")
                .register(metrics);
    }

    /** Returns what a node answers before it can do more: that it lives, and is not ready. */
    public static Routes starting() {
        return StartingApi.routes();
    }
}
