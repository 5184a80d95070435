package io.forelog.server.route;

import static io.forelog.server.route.TestNodes.LOG;
import static io.forelog.server.route.TestNodes.SHARD;
import static io.forelog.server.route.TestNodes.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.FillPolicy;
import io.forelog.cache.ReadPath;
import io.forelog.cache.ReadPathConfig;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.local.AdaptiveLocalCache;
import io.forelog.cache.local.LocalCacheConfig;
import io.forelog.cache.value.ValueSealer;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.Prefetcher;
import io.forelog.prefetch.ReadOutcome;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.CachedMap;
import io.forelog.server.ahead.CacheTarget;
import io.forelog.storage.MemoryDir;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads by a node whose records are all on another one, 20 ms away, with what tiers and prefetch make of that. */
class FarReadsTest {

    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    private static final int RECORDS = 60;
    private static final int ROUNDS = 6;
    private static final FillPolicy EVERYWHERE = new FillPolicy(true, true, true);
    /** Room for a third of them: what is near by then is in the region's cache, or was fetched ahead. */
    private static final long LOCAL_BYTES = RECORDS / 3 * 200;

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private final ExecutorService learning = Executors.newSingleThreadExecutor();
    private final CachedMap regional = new CachedMap();
    private TestNodes nodes;
    private AdaptiveLocalCache<GlobalAddress, LogRecord> local;

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, Duration.ofSeconds(20));
        nodes.b.hold(TestNodes.log());
        for (int i = 0; i < RECORDS; i++) {
            nodes.b.apply(SHARD, batch("value-" + i));
        }
        nodes.warm(nodes.a, nodes.b);
        nodes.proxy(nodes.b).delay(ROUND_TRIP.dividedBy(2));
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
        learning.close();
    }

    @Test
    void medianReadIsTenTimesFasterWithTiersAndPrefetch() throws Exception {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < RECORDS; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));

        Histogram without;
        try (var path = path(1, List.of())) {
            without = replay(path, false, order, 1);
        }
        Histogram with;
        try (var path = path(
                LOCAL_BYTES, List.of(new SharedTier(AnsweredBy.REGIONAL, regional, TierConfig.REGIONAL)))) {
            with = replay(path, true, order, ROUNDS);
        }

        assertThat(without.getValueAtPercentile(50)).isGreaterThanOrEqualTo(ROUND_TRIP.toNanos());
        assertThat(with.getValueAtPercentile(50)).isLessThan(without.getValueAtPercentile(50) / 10);
    }

    private ReadPath path(long localBytes, List<SharedTier> tiers) {
        local = new AdaptiveLocalCache<>(LocalCacheConfig.ofBytes(localBytes), LogRecord::weight, unused -> {});
        var path = new ReadPath(
                ReadPathConfig.of("local"),
                local,
                tiers,
                nodes.a.owner,
                incarnation -> EVERYWHERE,
                ValueSealer.NONE);
        path.start();
        return path;
    }

    /** Reads all records in the same order, round after round; returns what reads took, in nanoseconds. */
    private Histogram replay(ReadPath path, boolean ahead, List<Integer> order, int rounds) throws Exception {
        var took = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        var answered = new EnumMap<AnsweredBy, Integer>(AnsweredBy.class);
        var prefetcher = new Prefetcher(
                PrefetchConfig.DEFAULT,
                new CacheTarget(local, path),
                System::nanoTime,
                System::currentTimeMillis,
                learning,
                ModelKey::logAndShard);
        prefetcher.fetching(ahead);
        for (int round = 0; round < rounds; round++) {
            for (int offset : order) {
                var address = new GlobalAddress(LOG, 0, offset);
                long began = System.nanoTime();
                var answer = path.read(address).toCompletableFuture().get(20, TimeUnit.SECONDS);
                took.recordValue(System.nanoTime() - began);
                assertThat(new String(answer.record().value(), StandardCharsets.UTF_8))
                        .isEqualTo("value-" + offset);
                answered.merge(answer.by(), 1, Integer::sum);
                prefetcher.onRead(1, ModelKey.of(address), outcome(answer.by()));
            }
        }
        System.out.printf(
                "%s: p50 %,d us, p99 %,d us; answered by %s; %,d prefetches%n",
                ahead ? "with" : "without",
                took.getValueAtPercentile(50) / 1000,
                took.getValueAtPercentile(99) / 1000,
                Map.copyOf(answered),
                prefetcher.statistics().total().counts().issued());
        return took;
    }

    private static ReadOutcome outcome(AnsweredBy by) {
        return by == AnsweredBy.LOCAL ? ReadOutcome.HIT : ReadOutcome.MISS;
    }
}
