package io.forelog.server;

import io.forelog.cache.Owner;
import io.forelog.cache.ReadPath;
import io.forelog.cache.ReadPathConfig;
import io.forelog.cache.local.AdaptiveLocalCache;
import io.forelog.cache.local.LocalCache;
import io.forelog.cache.local.LocalCacheConfig;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.Prefetcher;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.server.ahead.CacheTarget;
import io.forelog.server.ahead.LingeringThread;
import io.forelog.server.ahead.ModelFile;
import io.forelog.server.ahead.ShardModel;
import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import java.nio.file.Path;

/** The caches of a node, the path through them, and the prefetcher that fills them. */
final class ReadAhead implements AutoCloseable {

    private final LingeringThread thread = new LingeringThread("prefetch");
    private final LocalCache<GlobalAddress, LogRecord> local;
    private final ReadPath reads;
    private final Prefetcher prefetcher;
    private final Sealing sealing;
    private final FillPolicies policies;
    private final ModelFile model;

    ReadAhead(Config config, MetadataStore metadata, Owner owner) {
        var unused = new UnusedPrefetches();
        sealing = Sealing.of(config);
        policies = new FillPolicies(config, metadata);
        local = new AdaptiveLocalCache<>(
                LocalCacheConfig.ofBytes(config.get(CacheSettings.LOCAL_BYTES_MAX)), LogRecord::weight, unused);
        reads = new ReadPath(path(config), local, Tiers.of(config), owner, policies::of, sealing.sealer());
        prefetcher = new Prefetcher(
                PrefetchConfig.DEFAULT
                        .withSources(config.get(Settings.PREFETCH_SOURCES))
                        .withModelBytesMax(config.get(Settings.PREFETCH_MODEL_BYTES_MAX))
                        .withInFlightMax(config.get(Settings.PREFETCH_CONCURRENCY)),
                new CacheTarget(local, reads),
                System::nanoTime,
                System::currentTimeMillis,
                thread,
                ModelKey::logAndShard);
        prefetcher.fetching(config.get(Settings.PREFETCH_ENABLED));
        unused.tell(prefetcher);
        model = new ModelFile(prefetcher, Path.of(config.get(Settings.DATA)).resolve("prefetch"));
        model.load();
        reads.start();
    }

    static ReadPathConfig path(Config config) {
        return ReadPathConfig.of(config.get(Settings.NODE_REGION))
                .withOrder(config.get(CacheSettings.ORDER))
                .withBounds(config.get(CacheSettings.DEADLINE), config.get(CacheSettings.HEDGE_PERCENT) / 100.0)
                .withOwnerDeadlineOfAtLeast(config.get(Settings.READ_TIMEOUT));
    }

    LocalCache<GlobalAddress, LogRecord> local() {
        return local;
    }

    ReadPath reads() {
        return reads;
    }

    Prefetcher prefetcher() {
        return prefetcher;
    }

    FillPolicies policies() {
        return policies;
    }

    Sealing sealing() {
        return sealing;
    }

    ModelFile model() {
        return model;
    }

    /** Returns what goes along with a shard that moves. */
    ShardModel shardModel() {
        return new ShardModel(prefetcher);
    }

    @Override
    public void close() {
        prefetcher.fetching(false);
        thread.close();
        model.save();
        reads.close();
    }
}
