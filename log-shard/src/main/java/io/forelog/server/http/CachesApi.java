package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.cache.AnsweredBy;
import io.forelog.cache.PathStats;
import io.forelog.cache.ReadPath;
import io.forelog.cache.TierStats;
import io.forelog.cache.local.LocalCache;
import io.forelog.metadata.MetadataStore;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** The tiers of cache of this node: what each did, and how large it may be. */
final class CachesApi {

    private static final String LOCAL = "local";

    private final MetadataStore metadata;
    private final LocalCache<?, ?> local;
    private final ReadPath reads;

    CachesApi(MetadataStore metadata, LocalCache<?, ?> local, ReadPath reads) {
        this.metadata = metadata;
        this.local = local;
        this.reads = reads;
    }

    void register(Routes routes) {
        routes.get("/v1/caches", call -> call.json(200, document()));
        routes.put("/v1/caches", this::resize);
    }

    private void resize(Call call) {
        var sizes = call.jsonBody().properties().stream()
                .map(each -> resized(each.getKey(), each.getValue().longValue()))
                .toArray(CompletableFuture[]::new);
        call.on(CompletableFuture.allOf(sizes), done -> call.json(200, document()));
    }

    private CompletableFuture<?> resized(String tier, long bytesMax) {
        if (tier.equals(LOCAL)) {
            local.resize(bytesMax);
            return CompletableFuture.completedFuture(null);
        }
        try {
            CompletionStage<?> resized = reads.resize(AnsweredBy.valueOf(tier.toUpperCase(Locale.ROOT)), bytesMax);
            return resized.toCompletableFuture();
        } catch (UnsupportedOperationException | IllegalStateException e) {
            throw ProblemException.badRequest("the " + tier + " cache cannot be resized now: " + e.getMessage());
        }
    }

    private ObjectNode document() {
        var document = Call.JSON.createObjectNode();
        var path = reads.stats();
        var tiers = document.putArray("tiers");
        putLocal(tiers.addObject(), path);
        path.tiers().forEach(tier -> put(tiers.addObject(), tier));
        putOwner(document.putObject("owner"), path);
        putShards(document.putArray("shards"), path);
        return document;
    }

    private void putLocal(ObjectNode into, PathStats path) {
        var here = local.statistics();
        long requests = path.localHits() + path.localMisses();
        into.put("tier", LOCAL)
                .put("state", "READY")
                .put("requests", requests)
                .put("hits", path.localHits())
                .put("misses", path.localMisses())
                .put("hitRatio", requests == 0 ? 0 : (double) path.localHits() / requests)
                .put("prefetchedHits", path.prefetchedHits())
                .put("joined", path.joined())
                .put("entries", here.entries())
                .put("bytes", here.bytes())
                .put("bytesMax", here.bytesMax())
                .put("prefetchBytes", here.prefetchBytes())
                .put("prefetchBytesMax", here.prefetchBytesMax())
                .put("evictions", here.evictions())
                .put("policy", here.policy())
                .put("meanMicros", path.localMeanNanos() / 1000)
                .put("p50Micros", path.localP50Nanos() / 1000.0)
                .put("p99Micros", path.localP99Nanos() / 1000.0)
                .put("savedMillis", path.localSavedNanos() / 1e6);
    }

    private static void put(ObjectNode into, TierStats tier) {
        into.put("tier", tier.tier().name().toLowerCase(Locale.ROOT))
                .put("state", tier.state().name())
                .put("breaker", tier.breaker())
                .put("writeBreaker", tier.writeBreaker())
                .put("requests", tier.requests())
                .put("hits", tier.hits())
                .put("misses", tier.misses())
                .put("hitRatio", tier.hitRatio())
                .put("errors", tier.errors())
                .put("timeouts", tier.timeouts())
                .put("skipped", tier.skipped())
                .put("unavailable", tier.unavailable())
                .put("corrupt", tier.corrupt())
                .put("puts", tier.puts())
                .put("putErrors", tier.putErrors())
                .put("putsDropped", tier.putsDropped())
                .put("entries", tier.usage().entries())
                .put("bytes", tier.usage().bytes())
                .put("bytesMax", tier.usage().bytesMax())
                .put("bytesRead", tier.bytesRead())
                .put("bytesWritten", tier.bytesWritten())
                .put("evictions", tier.usage().evictions())
                .put("meanMicros", tier.meanNanos() / 1000)
                .put("p50Micros", tier.p50Nanos() / 1000.0)
                .put("p99Micros", tier.p99Nanos() / 1000.0)
                .put("savedMillis", tier.savedNanos() / 1e6)
                .put("lastError", tier.lastError());
    }

    /** Of the shards: on this node, and on others. */
    private static void putOwner(ObjectNode into, PathStats path) {
        into.put("reads", path.ownerReads())
                .put("failures", path.ownerFailures())
                .put("hedged", path.hedged())
                .put("hedgesWon", path.hedgesWon())
                .put("fetchesUnderWay", path.fetchesUnderWay())
                .put("fetchesRefused", path.fetchesRefused());
        into.putObject("here")
                .put("meanMicros", path.localOwnerMeanNanos() / 1000)
                .put("p50Micros", path.localOwnerP50Nanos() / 1000.0)
                .put("p99Micros", path.localOwnerP99Nanos() / 1000.0);
        into.putObject("elsewhere")
                .put("meanMicros", path.ownerMeanNanos() / 1000)
                .put("p50Micros", path.ownerP50Nanos() / 1000.0)
                .put("p99Micros", path.ownerP99Nanos() / 1000.0);
    }

    private void putShards(ArrayNode shards, PathStats path) {
        var names = metadata.state().logs().values().stream()
                .collect(Collectors.toMap(log -> log.incarnation(), log -> log.name()));
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
    }
}
