package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchStatistics;
import io.forelog.prefetch.PrefetchStatistics.Counts;
import io.forelog.prefetch.Prefetcher;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the prefetcher does, and switching it on and off. */
final class PrefetchApi {

    private final MetadataStore metadata;
    private final Prefetcher prefetcher;

    PrefetchApi(MetadataStore metadata, Prefetcher prefetcher) {
        this.metadata = metadata;
        this.prefetcher = prefetcher;
    }

    void register(Routes routes) {
        routes.get("/v1/prefetch", call -> call.json(200, prefetch()));
        routes.put("/v1/prefetch", this::switchPrefetch);
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
            var each =
                    shards.addObject().put("log", names.get(ModelKey.log(key))).put("shard", ModelKey.shard(key));
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
        shard.sources()
                .forEach((source, counts) -> put(sources.putObject(source.name().toLowerCase(Locale.ROOT)), counts));
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
