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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    private static final int READS = Integer.getInteger("far.reads", 10_000);
    private static final int CLIENTS = 8;
    private static final int VALUE_BYTES = 256;
    private static final Map<String, String> WITHOUT = Map.of(
            "cache.regional.enabled", "false", "cache.global.address", "off", "cache.local.bytesMax", "1KiB",
            "prefetch.enabled", "false");
    private static final Map<String, String> WITH = Map.of();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"wikispeedia-nav", "orm-busy"})
    void medianReadIsTenTimesFasterWithTiersAndPrefetch(String name) throws Exception {
        var file = Path.of(System.getProperty("traces", "traces"), name + ".tsv.gz");
        assumeThat(Files.exists(file)).as("the trace %s; -Dtraces=DIR names another folder", file).isTrue();
        var trace = Trace.read(file);

        var without = replay("without", trace, WITHOUT);
        var with = replay("with", trace, WITH);

        System.out.printf("%s, %,d reads, %s apart%n%s%n%s%n", name, READS, ROUND_TRIP, row("without", without), row("with", with));
        assertThat(without.isSuccess()).as(without.errors().toString()).isTrue();
        assertThat(with.isSuccess()).as(with.errors().toString()).isTrue();
        assertThat(with.latencyMicros().p50()).isLessThan(without.latencyMicros().p50() / 10);
    }

    private ReplayResult replay(String what, Trace trace, Map<String, String> settings) throws Exception {
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (var regions = TwoRegions.start(directory.resolve(what), ROUND_TRIP, settings)) {
            var client = new ForelogClient(vertx, List.of(regions.url("n2")), ClientOptions.DEFAULT);
            // One client of a mixed stream stands for many, whose reads need not wait for each other.
            boolean ordered = Arrays.stream(trace.clients()).distinct().limit(2).count() > 1;
            var replay = new ReplaySettings(
                    regions.logOfRegionA(), 0, 0, CLIENTS, ordered, READS, VALUE_BYTES, settings.isEmpty());
            var result = new ReplayRun(vertx, client, trace, replay, new LoadListener() {}).run();
            System.out.println(regions.call("GET", "n2", "/v1/caches", "").toPrettyString());
            return result;
        } finally {
            vertx.close().await();
        }
    }

    private static String row(String what, ReplayResult result) {
        var latency = result.latencyMicros();
        return String.format(
                "%8s: p50 %,.0f us, p99 %,.0f us; answered by %s; %d joined, %d of %d prefetches used",
                what, latency.p50(), latency.p99(), result.answeredBy(), Math.round(result.joinedRatio() * result.reads()),
                result.used(), result.issued());
    }
}
