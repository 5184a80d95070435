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
 * Recorded reads over HTTP through a node whose cache holds a twentieth of the records, and whose owner of all of them
 * is 5 ms away, with prefetching off and on. Needs {@code -Dtraces=DIR} with the traces.
 */
@Tag("long")
class NearOwnerTest {

    private static final Duration ROUND_TRIP = Duration.ofMillis(5);
    private static final Path TRACES = Path.of(System.getProperty("traces", "traces"));
    private static final int READS = Integer.getInteger("near.reads", 20_000);
    private static final int WARM_UP_READS = 1_000;
    private static final int CLIENTS = 8;
    /** Reads a second: as fast as it can, the machine is what reads wait for, and prefetches yield to them. */
    private static final double RATE = Integer.getInteger("near.rate", 200);
    private static final int VALUE_BYTES = 256;
    /** What a record of such a value takes in the cache. */
    private static final int RECORD_BYTES = 96 + VALUE_BYTES + 16 + 10;

    private static final double CAPACITY = 0.05;
    /** No log's records are copied into shared caches. */
    private static final Map<String, String> SETTINGS = Map.of("cache.readThrough", "none");

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
    @ValueSource(strings = {"orm-busy", "cloudphysics-w106", "lirs-sprite"})
    void readsWaitLessForTheOwnerWithPrefetching(String name) throws Exception {
        var file = TRACES.resolve(name + ".tsv.gz");
        assumeThat(file).as("the trace").exists();
        var trace = Trace.read(file).head(READS);

        // What is measured first would be slow for its code alone.
        replay("warm-", trace.head(WARM_UP_READS), true);
        var without = replay("off-", trace, false);
        var with = replay("on-", trace, true);

        assertThat(without.isSuccess()).as(without.errors().toString()).isTrue();
        assertThat(with.isSuccess()).as(with.errors().toString()).isTrue();
        assertThat(with.localHitRatio()).isGreaterThan(without.localHitRatio());
        assertThat(with.latencyMicros().p50())
                .isLessThanOrEqualTo(without.latencyMicros().p50() * 1.1);
    }

    private static ReplayResult replay(String prefix, Trace trace, boolean prefetch) throws Exception {
        long bytes = Math.max(1 << 14, (long) (CAPACITY * trace.distinctKeys() * RECORD_BYTES));
        regions.call("PUT", "n2", "/v1/caches", "{\"local\":" + bytes + "}");
        var client = new ForelogClient(vertx, List.of(regions.url("n2")), ClientOptions.DEFAULT);
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
        var latency = result.latencyMicros();
        System.out.printf(
                "%s: p50 %,.0f us, p99 %,.0f us, %.1f s; answered by %s; %.1f %% joined, %d of %d prefetches used%n",
                settings.log(),
                latency.p50(),
                latency.p99(),
                result.seconds(),
                result.answeredBy(),
                100 * result.joinedRatio(),
                result.used(),
                result.issued());
        var state = client.prefetch().await();
        System.out.printf(
                "prefetching is %s %s%n",
                state.path("state").asText(), state.path("reason").asText());
        return result;
    }
}
