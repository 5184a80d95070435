package io.forelog.server;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.PathStats;
import io.forelog.cache.ReadPath;
import io.forelog.cache.TierStats;
import io.forelog.cache.local.LocalCache;
import io.forelog.server.shard.Shards;
import io.forelog.storage.Storage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.function.ToDoubleFunction;

/** The node's own meters, by Prometheus' conventions: base units, totals that only rise. */
final class NodeMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    NodeMetrics(MeterRegistry registry) {
        this.registry = registry;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    void bind(Shards shards) {
        gauge("forelog.shards.open", "Shards that are open on this node", shards, all -> all.replicas().size());
        counter("forelog.append.records", "Records appended", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.appendedRecords())
                .sum());
        counter("forelog.append.bytes", "Bytes of batches appended", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.appendedBytes())
                .sum());
        counter("forelog.reads", "Records read, by whichever tier", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.reads())
                .sum());
        gauge("forelog.append.pending.bytes", "Bytes that wait to be committed", shards, all -> all.all().stream()
                .mapToLong(shard -> shard.pendingBytes())
                .sum());
        gauge("forelog.storage.bytes", "Bytes of disk that shards take", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.log().bytes())
                .sum());
    }

    void bind(Storage storage) {
        counter("forelog.scrub.passes", "Times that every closed segment was re-read", storage, all -> all.scrubProgress().passes());
        counter("forelog.scrub.bytes", "Bytes re-read by the scrubber", storage, all -> all.scrubProgress().bytesRead());
        gauge("forelog.scrub.segments.done", "Segments that the present pass has re-read", storage, all -> all.scrubProgress().segmentsDone());
        gauge("forelog.scrub.segments.total", "Segments of the present pass", storage, all -> all.scrubProgress().segmentsTotal());
        gauge("forelog.scrub.segments.damaged", "Segments found damaged", storage, all -> all.scrubProgress().damagedSegments());
        gauge("forelog.storage.segments.mapped", "Closed segments that are mapped", storage, Storage::mappedSegments);
    }

    void bind(LocalCache<?, ?> local, ReadPath reads) {
        FunctionCounter.builder("forelog.cache.requests", reads, path -> path.stats().localHits())
                .description("Records asked of a tier")
                .tag("tier", "local")
                .tag("result", "hit")
                .register(registry);
        FunctionCounter.builder("forelog.cache.requests", reads, path -> path.stats().localMisses())
                .description("Records asked of a tier")
                .tag("tier", "local")
                .tag("result", "miss")
                .register(registry);
        counter("forelog.cache.joined", "Reads that waited for a fetch under way", reads, path -> path.stats().joined());
        counter("forelog.owner.reads", "Records read from their shard", reads, path -> path.stats().ownerReads());
        Gauge.builder("forelog.cache.bytes", local, cache -> cache.statistics().bytes())
                .description("Bytes that a tier holds")
                .tag("tier", "local")
                .register(registry);
        for (var by : new AnsweredBy[] {AnsweredBy.REGIONAL, AnsweredBy.GLOBAL}) {
            bind(by, reads);
        }
    }

    private void bind(AnsweredBy by, ReadPath reads) {
        var tier = by == AnsweredBy.REGIONAL ? "regional" : "global";
        tierCounter("hit", by, tier, reads, TierStats::hits);
        tierCounter("miss", by, tier, reads, TierStats::misses);
        tierCounter("error", by, tier, reads, TierStats::errors);
        Gauge.builder("forelog.cache.bytes", reads, path -> of(path.stats(), by, stats -> stats.usage().bytes()))
                .description("Bytes that a tier holds")
                .tag("tier", tier)
                .register(registry);
        Gauge.builder("forelog.cache.latency", reads, path -> of(path.stats(), by, stats -> stats.meanNanos() / 1e9))
                .description("Running mean of what an answer of a tier takes")
                .baseUnit("seconds")
                .tag("tier", tier)
                .register(registry);
    }

    private void tierCounter(
            String result, AnsweredBy by, String tier, ReadPath reads, ToDoubleFunction<TierStats> value) {
        FunctionCounter.builder("forelog.cache.requests", reads, path -> of(path.stats(), by, value))
                .description("Records asked of a tier")
                .tag("tier", tier)
                .tag("result", result)
                .register(registry);
    }

    private static double of(PathStats stats, AnsweredBy by, ToDoubleFunction<TierStats> value) {
        return stats.tiers().stream()
                .filter(tier -> tier.tier() == by)
                .mapToDouble(value)
                .sum();
    }

    private <T> void counter(String name, String description, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(description).register(registry);
    }

    private <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).register(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
