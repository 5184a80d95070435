package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.cache.ReadPath;
import io.forelog.cache.local.LocalCache;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchStatistics;
import io.forelog.prefetch.PrefetchStatistics.Counts;
import io.forelog.prefetch.Prefetcher;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the caches and the prefetcher do, and switching the latter on and off. */
final class StatusApi {

    private final MetadataStore metadata;
    private final LocalCache<?, ?> local;
    private final ReadPath reads;
    private final Prefetcher prefetcher;

    StatusApi(MetadataStore metadata, LocalCache<?, ?> local, ReadPath reads, Prefetcher prefetcher) {
        this.metadata = metadata;
        this.local = local;
        this.reads = reads;
        this.prefetcher = prefetcher;
    }

    void register(Routes routes) {
        routes.get("/v1/caches", this::caches);
        routes.get("/v1/prefetch", call -> call.json(200, prefetch()));
        routes.put("/v1/prefetch", this::switchPrefetch);
    }

    private void caches(Call call) {
        var document = Call.JSON.createObjectNode();
        var tiers = document.putArray("tiers");
        var path = reads.stats();
        var here = local.statistics();
        tiers.addObject()
                .put("tier", "local")
                .put("state", "UP")
                .put("requests", path.localHits() + path.localMisses())
                .put("hits", path.localHits())
                .put("misses", path.localMisses())
                .put("prefetchedHits", path.prefetchedHits())
                .put("joined", path.joined())
                .put("entries", here.entries())
                .put("bytes", here.bytes())
                .put("bytesMax", here.bytesMax())
                .put("prefetchBytes", here.prefetchBytes())
                .put("prefetchBytesMax", here.prefetchBytesMax())
                .put("evictions", here.evictions())
                .put("policy", here.policy());
        for (var tier : path.tiers()) {
            tiers.addObject()
                    .put("tier", tier.tier().name().toLowerCase(Locale.ROOT))
                    .put("state", tier.state().name())
                    .put("breaker", tier.breaker())
                    .put("requests", tier.requests())
                    .put("hits", tier.hits())
                    .put("misses", tier.misses())
                    .put("errors", tier.errors())
                    .put("timeouts", tier.timeouts())
                    .put("skipped", tier.skipped())
                    .put("unavailable", tier.unavailable())
                    .put("corrupt", tier.corrupt())
                    .put("puts", tier.puts())
                    .put("putErrors", tier.putErrors())
                    .put("entries", tier.usage().entries())
                    .put("bytes", tier.usage().bytes())
                    .put("bytesMax", tier.usage().bytesMax())
                    .put("evictions", tier.usage().evictions())
                    .put("meanMicros", tier.meanNanos() / 1000)
                    .put("p50Micros", tier.p50Nanos() / 1000.0)
                    .put("p99Micros", tier.p99Nanos() / 1000.0)
                    .put("savedMillis", tier.savedNanos() / 1e6)
                    .put("lastError", tier.lastError());
        }
        document.putObject("shard")
                .put("reads", path.ownerReads())
                .put("failures", path.ownerFailures())
                .put("meanMicros", path.localOwnerMeanNanos() / 1000);
        var names = names();
        var shards = document.putArray("shards");
        for (var shard : path.shards()) {
            shards.addObject()
                    .put("log", names.get(shard.log()))
                    .put("shard", shard.shard())
                    .put("local", shard.local())
                    .put("regional", shard.regional())
                    .put("global", shard.global())
                    .put("owner", shard.owner())
                    .put("localHitRatio", shard.localHitRatio());
        }
        call.json(200, document);
    }

    private void switchPrefetch(Call call) {
        var enabled = call.jsonBody().get("enabled");
        if (enabled == null || !enabled.isBoolean()) {
            throw ProblemException.badRequest("send {\"enabled\":true} or {\"enabled\":false}");
        }
        prefetcher.fetching(enabled.booleanValue());
        call.json(200, prefetch());
    }

    private ObjectNode prefetch() {
        var statistics = prefetcher.statistics();
        var document = Call.JSON.createObjectNode().put("enabled", prefetcher.isFetching());
        put(document, statistics.total());
        document.put("inFlight", statistics.inFlight())
                .put("modelBytes", statistics.modelBytes())
                .put("trackedKeys", statistics.trackedKeys())
                .put("readers", statistics.readers())
                .put("eventsDropped", statistics.eventsDropped())
                .put("threshold", statistics.threshold())
                .put("latencyMicros", statistics.latencyNanos() / 1000.0);
        var names = names();
        var shards = document.putArray("shards");
        for (var shard : statistics.shards()) {
            long key = ModelKey.firstOf(shard.shard());
            var each = shards.addObject()
                    .put("log", names.get(ModelKey.log(key)))
                    .put("shard", ModelKey.shard(key));
            put(each, shard);
        }
        return document;
    }

    private static void put(ObjectNode into, PrefetchStatistics.Shard shard) {
        into.put("state", shard.state().name())
                .put("reason", shard.reason())
                .put("reads", shard.reads())
                .put("predictions", shard.predictions())
                .put("queue", shard.queue())
                .put("stale", shard.stale());
        put(into, shard.counts());
        into.put("coverage", Double.isFinite(shard.coverage()) ? (Double) shard.coverage() : null)
                .put("aggressiveness", shard.aggressiveness());
        var sources = into.putObject("sources");
        shard.sources().forEach((source, counts) ->
                put(sources.putObject(source.name().toLowerCase(Locale.ROOT)), counts));
    }

    private static void put(ObjectNode into, Counts counts) {
        into.put("issued", counts.issued())
                .put("used", counts.used())
                .put("late", counts.late())
                .put("wasted", counts.wasted())
                .put("accuracy", counts.accuracy());
    }

    private Map<Long, String> names() {
        return metadata.state().logs().values().stream()
                .collect(Collectors.toMap(log -> log.incarnation(), log -> log.name()));
    }

}
