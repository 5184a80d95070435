package io.forelog.server;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.PathStats;
import io.forelog.cache.ReadPath;
import io.forelog.cache.ShardReads;
import io.forelog.cache.TierStats;
import io.forelog.cache.local.LocalCache;
import io.forelog.metadata.MetadataStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the caches, per tier and per shard, as of the last {@link #tick}: what they say is gathered once, not
 * once for each. {@code tick} is called by one thread.
 */
final class CacheMetrics {

    private static final String REQUESTS = "forelog.cache.requests";
    private static final List<AnsweredBy> SHARED = List.of(AnsweredBy.REGIONAL, AnsweredBy.GLOBAL);

    private final MeterRegistry registry;
    private final MetadataStore metadata;
    private final ReadPath reads;
    private final Map<Shard, List<Meter>> ofShards = new HashMap<>();
    private volatile PathStats path;
    private volatile Map<Shard, ShardReads> shards = Map.of();

    private record Shard(long log, int number) {}

    CacheMetrics(MeterRegistry registry, MetadataStore metadata, LocalCache<?, ?> local, ReadPath reads) {
        this.registry = registry;
        this.metadata = metadata;
        this.reads = reads;
        path = reads.stats();
        bindLocal(local);
        SHARED.forEach(this::bind);
        counter("forelog.cache.joined", "Reads that waited for a fetch under way", PathStats::joined);
        counter("forelog.owner.reads", "Records read from their shard, here or on another node", PathStats::ownerReads);
        counter("forelog.owner.failures", "Of these, those that failed", PathStats::ownerFailures);
        counter("forelog.owner.hedged", "Reads sent to a second replica", PathStats::hedged);
        counter("forelog.owner.hedges.won", "Of these, those that the second replica had first", PathStats::hedgesWon);
        counter(
                "forelog.fetches.refused",
                "Reads refused since too many fetches were under way",
                PathStats::fetchesRefused);
        latency("shard-here", PathStats::localOwnerMeanNanos);
        latency("shard-elsewhere", PathStats::ownerMeanNanos);
    }

    /** Looks at everything, and at shards that were not there before. */
    void tick() {
        var now = reads.stats();
        var byShard = HashMap.<Shard, ShardReads>newHashMap(now.shards().size());
        now.shards().forEach(shard -> byShard.put(new Shard(shard.log(), shard.shard()), shard));
        path = now;
        shards = byShard;
        byShard.keySet().forEach(shard -> ofShards.computeIfAbsent(shard, this::bind));
        ofShards.entrySet().removeIf(each -> {
            boolean gone = !byShard.containsKey(each.getKey());
            if (gone) {
                each.getValue().forEach(registry::remove);
            }
            return gone;
        });
    }

    private void bindLocal(LocalCache<?, ?> local) {
        requests("local", "hit", PathStats::localHits);
        requests("local", "miss", PathStats::localMisses);
        latency("local", PathStats::localMeanNanos);
        tagged("forelog.cache.saved", "Time that hits of a tier saved", "local", now -> now.localSavedNanos() / 1e9);
        Gauge.builder("forelog.cache.bytes", local, cache -> cache.statistics().bytes())
                .description("Bytes that a tier holds")
                .tag("tier", "local")
                .register(registry);
        Gauge.builder("forelog.cache.bytes.max", local, cache -> cache.statistics()
                        .bytesMax())
                .description("The bound of these bytes")
                .tag("tier", "local")
                .register(registry);
        FunctionCounter.builder("forelog.cache.evictions", local, cache -> cache.statistics()
                        .evictions())
                .description("Records put out for lack of room")
                .tag("tier", "local")
                .register(registry);
    }

    private void bind(AnsweredBy by) {
        var tier = by.name().toLowerCase(Locale.ROOT);
        Map.<String, ToDoubleFunction<TierStats>>of(
                        "hit", TierStats::hits,
                        "miss", TierStats::misses,
                        "error", TierStats::errors,
                        "skipped", TierStats::skipped,
                        "unavailable", TierStats::unavailable)
                .forEach((result, value) -> requests(tier, result, now -> of(now, by, value)));
        latency(tier, now -> of(now, by, TierStats::meanNanos));
        Map.<String, ToDoubleFunction<TierStats>>of(
                        "timeouts", TierStats::timeouts,
                        "rejected", TierStats::corrupt,
                        "puts", TierStats::puts,
                        "put.errors", TierStats::putErrors,
                        "puts.dropped", TierStats::putsDropped,
                        "evictions", stats -> stats.usage().evictions())
                .forEach((name, value) -> FunctionCounter.builder(
                                "forelog.cache." + name, this, now -> of(now.path, by, value))
                        .description(described(name))
                        .tag("tier", tier)
                        .register(registry));
        tagged(
                "forelog.cache.saved",
                "Time that hits of a tier saved",
                tier,
                now -> of(now, by, TierStats::savedNanos) / 1e9);
        tagged(
                "forelog.cache.bytes",
                "Bytes that a tier holds",
                tier,
                now -> of(now, by, stats -> stats.usage().bytes()));
        tagged(
                "forelog.cache.bytes.max",
                "The bound of these bytes",
                tier,
                now -> of(now, by, stats -> stats.usage().bytesMax()));
        tagged(
                "forelog.cache.cut.off",
                "1 while a tier is not asked since it fails",
                tier,
                now -> of(now, by, stats -> stats.breaker().equals("CLOSED") ? 0 : 1));
    }

    private static String described(String name) {
        return switch (name) {
            case "timeouts" -> "Requests that a tier did not answer in time";
            case "rejected" -> "Values that were altered or are not this cluster's: misses, and dropped";
            case "puts" -> "Records that a tier took";
            case "put.errors" -> "Records that it did not take";
            case "puts.dropped" -> "Records not offered to it";
            default -> "Records put out for lack of room";
        };
    }

    private List<Meter> bind(Shard shard) {
        var log = metadata.state().find(shard.log);
        var name = log == null ? Long.toString(shard.log) : log.name();
        var meters = new ArrayList<Meter>();
        Map.<String, ToDoubleFunction<ShardReads>>of(
                        "local", ShardReads::local,
                        "regional", ShardReads::regional,
                        "global", ShardReads::global,
                        "shard", ShardReads::owner)
                .forEach((by, value) -> meters.add(
                        FunctionCounter.builder("forelog.shard.reads", this, now -> of(now.shards.get(shard), value))
                                .description("Reads of a shard by way of this node, by who answered")
                                .tag("log", name)
                                .tag("shard", Integer.toString(shard.number))
                                .tag("by", by)
                                .register(registry)));
        return meters;
    }

    private static double of(@Nullable ShardReads shard, ToDoubleFunction<ShardReads> value) {
        return shard == null ? 0 : value.applyAsDouble(shard);
    }

    private static double of(PathStats stats, AnsweredBy by, ToDoubleFunction<TierStats> value) {
        return stats.tiers().stream()
                .filter(tier -> tier.tier() == by)
                .mapToDouble(value)
                .sum();
    }

    private void requests(String tier, String result, ToDoubleFunction<PathStats> value) {
        FunctionCounter.builder(REQUESTS, this, now -> value.applyAsDouble(now.path))
                .description("Records asked of a tier")
                .tag("tier", tier)
                .tag("result", result)
                .register(registry);
    }

    private void latency(String tier, ToDoubleFunction<PathStats> nanos) {
        Gauge.builder("forelog.cache.latency", this, now -> nanos.applyAsDouble(now.path) / 1e9)
                .description("Running mean of what an answer of a tier takes")
                .baseUnit("seconds")
                .tag("tier", tier)
                .register(registry);
    }

    private void tagged(String name, String description, String tier, ToDoubleFunction<PathStats> value) {
        Gauge.builder(name, this, now -> value.applyAsDouble(now.path))
                .description(description)
                .tag("tier", tier)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<PathStats> value) {
        FunctionCounter.builder(name, this, now -> value.applyAsDouble(now.path))
                .description(description)
                .register(registry);
    }
}
