package io.forelog.loadgen.regions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.replay.ReplayResult;
import io.forelog.loadgen.replay.ReplayRun;
import io.forelog.loadgen.replay.ReplaySettings;
import io.forelog.loadgen.trace.Trace;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recorded reads through a region that has no replica of what is read, 20 ms away from the one that has. Needs
 * {@code -Dtraces=DIR} with the traces.
 */
@Tag("long")
class FarRegionTest {

    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    private static final Path TRACES = Path.of(System.getProperty("traces", "traces"));
    private static final int READS = Integer.getInteger("far.reads", 10_000);
    private static final int CLIENTS = 8;
    /** A pace that either can keep: as fast as answers come, a busy machine is measured and not the way of a read. */
    private static final double RATE = 120;

    private static final int VALUE_BYTES = 256;
    private static final long LOCAL_BYTES = 64 << 20;
    /** Of the different records, what fits into each of two caches that are compared. */
    private static final double MEMORY_SHARE = 0.1;
    /** About what either keeps with a record. */
    private static final int ENTRY_BYTES = 120;

    private static final int TURN_READS = 250;
    /** Too few for one record. */
    private static final long NO_BYTES = 1 << 10;
    /**
     * Only what is read of these logs is copied into shared caches; those without anything of the other are skipped.
     */
    private static final Map<String, String> SETTINGS = Map.of("cache.readThrough", "with-*");

    @TempDir
    private static Path directory;

    private static TwoRegions regions;
    private static Vertx vertx;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(TRACES)
                .as("a folder with the traces; -Dtraces=DIR names another")
                .isDirectory();
        regions = TwoRegions.start(directory, ROUND_TRIP, SETTINGS);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    }

    @AfterAll
    static void stop() throws Exception {
        if (regions != null) {
            vertx.close().await();
            regions.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wikispeedia-nav", "orm-busy"})
    void medianReadIsTenTimesFasterWithTiersAndPrefetch(String name) throws Exception {
        var file = TRACES.resolve(name + ".tsv.gz");
        assumeThat(file).as("the trace").exists();
        var trace = Trace.read(file);

        var without = replay("without-", trace, NO_BYTES, false);
        var with = replay("with-", trace, LOCAL_BYTES, true);

        assertThat(without.isSuccess()).as(without.errors().toString()).isTrue();
        assertThat(with.isSuccess()).as(with.errors().toString()).isTrue();
        assertThat(with.latencyMicros().p50())
                .isLessThan(without.latencyMicros().p50() / 10);
    }

    /** Both read the same log of the other region, by turns, at the same pace; the application's node has no cache. */
    @ParameterizedTest
    @ValueSource(strings = {"wikispeedia-nav", "orm-busy"})
    void moreIsHitThanByRedisOfTheSameMemoryBesideTheLog(String name) throws Exception {
        var file = TRACES.resolve(name + ".tsv.gz");
        assumeThat(file).as("the trace").exists();
        var trace = Trace.read(file).head(READS);
        long bytes = (long) (trace.distinctKeys() * MEMORY_SHARE) * (VALUE_BYTES + ENTRY_BYTES);
        var aside = CacheAside.start(directory, bytes);
        assumeThat(aside).as("redis-server").isPresent();
        regions.call("PUT", "n2", "/v1/caches", "{\"local\":" + bytes + "}");
        regions.call("PUT", "n2", "/v1/prefetch", "{\"enabled\":true}");
        regions.call("PUT", "n4", "/v1/caches", "{\"local\":" + NO_BYTES + "}");
        var log = regions.logOfRegionA("beside-" + name + "-");
        regions.fill(log, trace.distinctKeys(), VALUE_BYTES);

        try (var redis = aside.get()) {
            var here = new PacedReads(trace, RATE, (reader, number) -> regions.read("n2", log, number, reader));
            var beside = new PacedReads(trace, RATE, (reader, number) -> {
                long before = redis.hits();
                var value = redis.read(
                        log + number,
                        () -> regions.read("n4", log, number, reader).value());
                return new PacedReads.Read(value, redis.hits() > before);
            });
            while (here.isLeft()) {
                here.next(TURN_READS);
                beside.next(TURN_READS);
            }

            System.out.printf(
                    "%s, %,d bytes each: Forelog %s; Redis %s with %,d entries%n",
                    name, bytes, here, beside, redis.entries());
            System.out.println(regions.call("GET", "n2", "/v1/caches", "").path("tiers"));
            assertThat(here.hitRatio()).isGreaterThan(beside.hitRatio());
        }
    }

    private static ReplayResult replay(String prefix, Trace trace, long localBytes, boolean prefetch) throws Exception {
        regions.call("PUT", "n2", "/v1/caches", "{\"local\":" + localBytes + "}");
        var client = new ForelogClient(vertx, List.of(regions.url("n2")), ClientOptions.DEFAULT);
        // One client of a mixed stream stands for many, whose reads need not wait for each other.
        boolean ordered = Arrays.stream(trace.clients()).distinct().limit(2).count() > 1;
        var settings = new ReplaySettings(
                regions.logOfRegionA(prefix + trace.name() + "-"),
                0,
                RATE,
                CLIENTS,
                ordered,
                READS,
                VALUE_BYTES,
                prefetch);
        var result = new ReplayRun(vertx, client, trace, settings, new LoadListener() {}).run();
        System.out.println(row(settings.log(), result));
        System.out.println(regions.call("GET", "n2", "/v1/caches", ""));
        return result;
    }

    private static String row(String what, ReplayResult result) {
        var latency = result.latencyMicros();
        return String.format(
                "%s: p50 %,.0f us, p99 %,.0f us; answered by %s; %d joined, %d of %d prefetches used",
                what,
                latency.p50(),
                latency.p99(),
                result.answeredBy(),
                Math.round(result.joinedRatio() * result.reads()),
                result.used(),
                result.issued());
    }
}
