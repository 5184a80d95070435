package io.forelog.server.http;

import io.forelog.cache.ReadPath;
import io.forelog.cache.local.LocalCache;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.Prefetcher;
import io.forelog.server.live.LiveSnapshot;
import io.forelog.server.live.Rates;
import io.forelog.server.shard.Shards;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Every call of the API, on the components of one node. */
public final class HttpApi {

    private HttpApi() {}

    /**
     * The log itself: what is appended and read.
     *
     * @param readers threads that may wait for the disk
     * @param recordsMax of one append
     */
    public record LogParts(
            MetadataStore metadata,
            Shards shards,
            ReadPath reads,
            ReadObserver observer,
            Executor readers,
            String node,
            int recordsMax) {}

    /**
     * What is known of the node.
     *
     * @param missing what the node lacks to serve, in words
     */
    public record StatusParts(
            LocalCache<?, ?> local,
            Prefetcher prefetcher,
            Rates rates,
            LiveSnapshot live,
            PrometheusMeterRegistry metrics,
            Supplier<List<String>> missing) {}

    public static Routes routes(Vertx vertx, Clock clock, LogParts log, StatusParts status) {
        var routes = new Routes();
        var points = new PointApi(log.metadata(), log.shards(), log.reads(), log.observer(), log.readers());
        new LogsApi(log.metadata(), log.shards(), log.node(), clock).register(routes);
        new AppendApi(log.metadata(), log.shards(), log.reads(), log.readers(), clock, log.recordsMax()).register(routes);
        points.register(routes);
        new RunApi(log.metadata(), log.shards(), log.readers(), vertx).register(routes);
        new KeyApi(log.metadata(), log.shards(), points, log.readers()).register(routes);
        new ShardsApi(log.metadata(), log.shards(), status.rates()).register(routes);
        new StatusApi(log.metadata(), status.local(), log.reads(), status.prefetcher()).register(routes);
        new OperatingApi(vertx, status.metrics(), status.live(), status.missing()).register(routes);
        return routes;
    }
}
