package io.forelog.server.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.cache.AnsweredBy;
import io.forelog.cache.PathStats;
import io.forelog.cache.ReadPath;
import io.forelog.cache.TierState;
import io.forelog.cache.local.LocalCache;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.Prefetcher;
import io.forelog.server.live.Latencies.Snapshot;
import io.forelog.server.shard.Shards;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows each second, as one JSON document. {@link #tick} is called by one thread. What there is to
 * tell of each shard is put together only while someone looks: of thousands it takes longer than all the rest.
 */
public final class LiveSnapshot {

    /** What the node is called. */
    public record Identity(String name, String region, String version) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Identity identity;
    private final MetadataStore metadata;
    private final Shards shards;
    private final Rates rates;
    private final LocalCache<?, ?> local;
    private final ReadPath reads;
    private final Prefetcher prefetcher;
    private final Latencies readLatencies;
    private final Latencies appendLatencies;
    private final TierWindow localWindow = new TierWindow();
    private final TierWindow regionalWindow = new TierWindow();
    private final TierWindow globalWindow = new TierWindow();
    private final long began = System.nanoTime();
    private volatile Document last = new Document(JSON.createObjectNode(), "{}");
    /** Whether someone looked since the last tick, and will look again. */
    private volatile boolean looked;

    /**
     * A document.
     *
     * @param common all of it but the logs
     * @param text the whole, or null if nobody has looked
     */
    private record Document(ObjectNode common, @Nullable String text) {}

    public LiveSnapshot(
            Identity identity,
            MetadataStore metadata,
            Shards shards,
            Rates rates,
            LocalCache<?, ?> local,
            ReadPath reads,
            Prefetcher prefetcher,
            Latencies readLatencies,
            Latencies appendLatencies) {
        this.identity = identity;
        this.metadata = metadata;
        this.shards = shards;
        this.rates = rates;
        this.local = local;
        this.reads = reads;
        this.prefetcher = prefetcher;
        this.readLatencies = readLatencies;
        this.appendLatencies = appendLatencies;
    }

    /** Returns the newest document, on one line. Called by any thread. */
    public String last() {
        looked = true;
        var known = last;
        var text = known.text();
        if (text == null) {
            text = complete(known.common());
            last = new Document(known.common(), text);
        }
        return text;
    }

    private String complete(ObjectNode common) {
        var document = JSON.createObjectNode().<ObjectNode>setAll(common);
        var logs = document.putArray("logs");
        new TreeMap<>(metadata.state().logs()).values().forEach(log -> putLog(logs.addObject(), log));
        return document.toString();
    }

    /** Looks at everything. */
    public void tick(long nowMillis) {
        rates.tick();
        readLatencies.tick();
        appendLatencies.tick();
        var document = JSON.createObjectNode().put("time", nowMillis);
        document.putObject("node")
                .put("name", identity.name())
                .put("region", identity.region())
                .put("uptimeSeconds", (System.nanoTime() - began) / 1_000_000_000)
                .put("version", identity.version());
        putRates(document);
        var latency = document.putObject("latency");
        put(latency.putObject("read"), readLatencies.last());
        put(latency.putObject("append"), appendLatencies.last());
        putTiers(document.putArray("tiers"), reads.stats());
        putPrefetch(document.putObject("prefetch"));
        // Here and not when it is asked for: who asks is an event loop.
        last = new Document(document, looked ? complete(document) : null);
        looked = false;
    }

    private void putRates(ObjectNode document) {
        double appends = 0;
        double bytes = 0;
        double read = 0;
        for (var replica : shards.replicas()) {
            var rate = rates.of(replica.incarnation(), replica.number());
            appends += rate.appendsPerSecond();
            bytes += rate.bytesPerSecond();
            read += rate.readsPerSecond();
        }
        document.putObject("appends").put("perSecond", appends).put("bytesPerSecond", bytes);
        document.putObject("reads").put("perSecond", read);
    }

    private static void put(ObjectNode into, Snapshot latency) {
        into.put("count", latency.count())
                .put("p50Micros", latency.p50Micros())
                .put("p99Micros", latency.p99Micros())
                .put("p999Micros", latency.p999Micros());
    }

    private void putTiers(ArrayNode tiers, PathStats path) {
        var here = local.statistics();
        localWindow.tick(path.localHits() + path.localMisses(), path.localHits());
        tiers.addObject()
                .put("tier", "local")
                .put("state", "UP")
                .put("requests", path.localHits() + path.localMisses())
                .put("hits", path.localHits())
                .put("hitRatio", localWindow.ratio())
                .put("bytes", here.bytes())
                .put("bytesMax", here.bytesMax())
                .put("entries", here.entries())
                .put("evictions", here.evictions())
                .put("p50Micros", path.localP50Nanos() / 1000.0)
                .put("p99Micros", path.localP99Nanos() / 1000.0)
                .put("savedMillis", path.localSavedNanos() / 1e6);
        for (var tier : path.tiers()) {
            var window = tier.tier() == AnsweredBy.REGIONAL ? regionalWindow : globalWindow;
            window.tick(tier.requests(), tier.hits());
            tiers.addObject()
                    .put("tier", tier.tier() == AnsweredBy.REGIONAL ? "regional" : "global")
                    .put("state", tier.breaker().equals("CLOSED") ? state(tier.state()) : "CUT_OFF")
                    .put("requests", tier.requests())
                    .put("hits", tier.hits())
                    .put("hitRatio", window.ratio())
                    .put("bytes", tier.usage().bytes())
                    .put("bytesMax", tier.usage().bytesMax())
                    .put("entries", tier.usage().entries())
                    .put("evictions", tier.usage().evictions())
                    .put("skipped", tier.skipped())
                    .put("corrupt", tier.corrupt())
                    .put("p50Micros", tier.p50Nanos() / 1000)
                    .put("p99Micros", tier.p99Nanos() / 1000)
                    .put("savedMillis", tier.savedNanos() / 1e6)
                    .put("error", tier.lastError());
        }
        // Of a node that has no shard of what is read there are only the reads of others to tell of.
        boolean isFar = path.localOwnerP50Nanos() == 0;
        tiers.addObject()
                .put("tier", "shard")
                .put("state", "UP")
                .put("requests", path.ownerReads())
                .put("hits", path.ownerReads() - path.ownerFailures())
                .put("hitRatio", (Double) null)
                .put("p50Micros", (isFar ? path.ownerP50Nanos() : path.localOwnerP50Nanos()) / 1000)
                .put("p99Micros", (isFar ? path.ownerP99Nanos() : path.localOwnerP99Nanos()) / 1000);
    }

    private static String state(TierState state) {
        return switch (state) {
            case STARTING -> "STARTING";
            case READY -> "UP";
            case CLOSED -> "OFF";
        };
    }

    private void putPrefetch(ObjectNode into) {
        var statistics = prefetcher.statistics();
        var counts = statistics.total().counts();
        into.put("enabled", prefetcher.isFetching())
                .put("state", statistics.total().state().name())
                .put("reason", statistics.total().reason())
                .put("issued", counts.issued())
                .put("used", counts.used())
                .put("late", counts.late())
                .put("wasted", counts.wasted())
                .put("accuracy", counts.accuracy())
                .put("coverage", finite(statistics.total().coverage()))
                .put(
                        "queue",
                        statistics.shards().stream()
                                .mapToInt(shard -> shard.queue())
                                .sum())
                .put("inFlight", statistics.inFlight());
    }

    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private void putLog(ObjectNode into, Log log) {
        into.put("name", log.name());
        var list = into.putArray("shards");
        long records = 0;
        long bytes = 0;
        for (var shard : log.shards().shards()) {
            var replica = shards.find(log.incarnation(), shard.number());
            var rate = rates.of(log.incarnation(), shard.number());
            var entry = list.addObject()
                    .put("shard", shard.number())
                    .put("state", shard.state().name())
                    .put("from", KeyRange.hex(shard.range().from()))
                    .put("last", KeyRange.hex(shard.range().last()))
                    .put("leader", metadata.state().group(shard).leader())
                    .put("readsPerSecond", rate.readsPerSecond())
                    .put("appendsPerSecond", rate.appendsPerSecond());
            if (replica != null) {
                entry.put("startOffset", replica.startOffset())
                        .put("highWatermark", replica.highWatermark())
                        .put("bytes", replica.log().bytes());
                records += replica.highWatermark() - replica.startOffset();
                bytes += replica.log().bytes();
            }
        }
        into.put("records", records).put("bytes", bytes);
    }
}
