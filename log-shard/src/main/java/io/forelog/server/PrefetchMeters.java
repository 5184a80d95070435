package io.forelog.server;

import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchStatistics;
import io.forelog.prefetch.PrefetchStatistics.Counts;
import io.forelog.prefetch.PrefetchStatistics.Shard;
import io.forelog.prefetch.PrefetchStatistics.State;
import io.forelog.prefetch.Prefetcher;
import io.forelog.prefetch.model.Source;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The meters of prefetching: of the node, and of each shard by source. {@link #look} is called now and then, since the
 * numbers are costly to gather; scrapes see what it saw. Meters of a shard come with its first look and stay; those of
 * shards beyond the first {@value #SHARDS_MAX} are in the node's only.
 */
final class PrefetchMeters {

    private static final int SHARDS_MAX = 256;

    private final MeterRegistry registry;
    private final MetadataStore metadata;
    private final Prefetcher prefetcher;
    private final Map<Long, Watched> shards = new HashMap<>();
    private volatile PrefetchStatistics last;

    private static final class Watched {

        private volatile Shard last;

        private Watched(Shard first) {
            last = first;
        }

        private void register(MeterRegistry registry, Tags tags) {
            for (var source : Source.values()) {
                var tagged = tags.and("source", source.name().toLowerCase(Locale.ROOT));
                counter(registry, tagged, "issued", "Prefetches started", source, Counts::issued);
                counter(registry, tagged, "used", "Prefetched records that were read", source, Counts::used);
                counter(registry, tagged, "late", "Prefetches asked for while under way", source, Counts::late);
                counter(registry, tagged, "wasted", "Prefetched records evicted unread", source, Counts::wasted);
            }
            gauge(registry, tags, "accuracy", "Used, of those issued", shard -> shard.counts()
                    .accuracy());
            gauge(registry, tags, "coverage", "Misses prevented, of those without prefetching", Shard::coverage);
            gauge(registry, tags, "aggressiveness", "Prefetches per read, lately", Shard::aggressiveness);
            gauge(registry, tags, "queue", "Guesses that wait", Shard::queue);
            gauge(registry, tags, "fetching", "Whether it fetches", shard -> shard.state() == State.OFF ? 0 : 1);
        }

        private void counter(
                MeterRegistry registry,
                Tags tags,
                String name,
                String description,
                Source source,
                ToDoubleFunction<Counts> value) {
            FunctionCounter.builder(
                            "forelog.prefetch.shard." + name,
                            this,
                            shard -> value.applyAsDouble(shard.last.sources().get(source)))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }

        private void gauge(
                MeterRegistry registry, Tags tags, String name, String description, ToDoubleFunction<Shard> value) {
            Gauge.builder("forelog.prefetch.shard." + name, this, shard -> value.applyAsDouble(shard.last))
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }
    }

    PrefetchMeters(MeterRegistry registry, MetadataStore metadata, Prefetcher prefetcher) {
        this.registry = registry;
        this.metadata = metadata;
        this.prefetcher = prefetcher;
        last = prefetcher.statistics();
        counter("issued", "Prefetches started", all -> all.total().counts().issued());
        counter("used", "Prefetched records that were read", all -> all.total()
                .counts()
                .used());
        counter("late", "Prefetches asked for while under way", all -> all.total()
                .counts()
                .late());
        counter("wasted", "Prefetched records evicted unread", all -> all.total()
                .counts()
                .wasted());
        counter("events.dropped", "Reads not learnt from because too many waited", PrefetchStatistics::eventsDropped);
        gauge("in.flight", "Prefetches under way", PrefetchStatistics::inFlight);
        gauge("model.bytes", "Memory of the access model", PrefetchStatistics::modelBytes);
        gauge("model.keys", "Keys that the access model knows", PrefetchStatistics::trackedKeys);
        gauge("coverage", "Misses prevented, of those without prefetching", all -> all.total()
                .coverage());
        gauge("fetching", "Whether guesses are fetched", all -> all.total().state() == State.OFF ? 0 : 1);
    }

    private void counter(String name, String description, ToDoubleFunction<PrefetchStatistics> value) {
        FunctionCounter.builder("forelog.prefetch." + name, this, meters -> value.applyAsDouble(meters.last))
                .description(description)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<PrefetchStatistics> value) {
        Gauge.builder("forelog.prefetch." + name, this, meters -> value.applyAsDouble(meters.last))
                .description(description)
                .register(registry);
    }

    /** Looks how prefetching is; called by one thread. */
    void look() {
        last = prefetcher.statistics();
        for (var shard : last.shards()) {
            var watched = shards.get(shard.shard());
            if (watched != null) {
                watched.last = shard;
            } else if (shards.size() < SHARDS_MAX) {
                watch(shard);
            }
        }
    }

    private void watch(Shard shard) {
        var log = metadata.state().find(ModelKey.log(ModelKey.firstOf(shard.shard())));
        if (log != null) {
            var watched = new Watched(shard);
            shards.put(shard.shard(), watched);
            int number = ModelKey.shard(ModelKey.firstOf(shard.shard()));
            watched.register(registry, Tags.of("log", log.name(), "shard", Integer.toString(number)));
        }
    }
}
