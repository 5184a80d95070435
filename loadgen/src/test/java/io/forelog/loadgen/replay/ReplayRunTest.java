package io.forelog.loadgen.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.demo.BrowsingWorkload;
import io.forelog.loadgen.demo.NodeProcess;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.ports.LocalPorts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays against a real node. */
class ReplayRunTest {

    private static final int READS = 2_000;
    private static final LoadListener UNWATCHED = new LoadListener() {};

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static NodeProcess node;
    private static ForelogClient client;

    @BeforeAll
    static void start() throws IOException {
        node = RealNode.start(folder, LocalPorts.free());
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        client = new ForelogClient(vertx, List.of(node.url()), ClientOptions.DEFAULT);
    }

    @AfterAll
    static void stop() {
        vertx.close().await();
        node.close();
    }

    private static ReplayResult replay(String log, double speed, double rate, int clients, Boolean prefetch) {
        var trace = BrowsingWorkload.trace(3, 300, READS);
        var settings = new ReplaySettings(log, speed, rate, clients, true, READS, 100, prefetch);
        return new ReplayRun(vertx, client, trace, settings, UNWATCHED).run();
    }

    @Test
    void everyReadGivesWhatWasAppendedAndIsCountedOnce() {
        var result = replay("counted", 0, 0, 8, true);

        assertThat(result.isSuccess()).as(result.toString()).isTrue();
        assertThat(result.reads()).isEqualTo(READS);
        assertThat(result.mismatches()).isZero();
        assertThat(result.answeredBy().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(READS);
        assertThat(result.answeredBy()).doesNotContainKey("unknown");
    }

    @Test
    void withoutPrefetchNothingIsPrefetched() {
        var result = replay("plain", 0, 0, 1, false);

        assertThat(result.issued()).isZero();
        assertThat(result.prefetchedHitRatio()).isZero();
        assertThat(result.localHitRatio()).isPositive();
    }

    @Test
    void aRateIsKept() {
        var result = replay("paced", 0, 2_000, 16, null);

        assertThat(result.seconds()).isGreaterThan(0.99);
        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void aSpeedScalesTheTracesOwnTimes() {
        var trace = BrowsingWorkload.trace(3, 300, READS);
        double traceSeconds = (trace.times()[READS - 1] - trace.times()[0]) / 1e3;

        var result = replay("scaled", traceSeconds, 0, 16, null);

        assertThat(result.seconds()).isGreaterThan(0.99);
    }
}
