package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.demo.NodeProcess;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real node stands still for two seconds, as one whose machine is frozen does. An open loop must tell it in its
 * percentiles: of all that was due in six seconds a third waited, on average for one.
 */
class PausedNodeTest {

    private static final int PAUSE_MILLIS = 2_000;
    private static final int PER_SECOND = 200;
    private static final LoadSettings SETTINGS = new LoadSettings(
            Workload.APPEND,
            "orders",
            PER_SECOND,
            1_000,
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            64,
            1,
            100,
            "uniform",
            Duration.ofSeconds(1),
            0.5,
            AppendFormat.RAW,
            null,
            false,
            5);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void aNodePausedForTwoSecondsShowsInThePercentilesOfAnOpenLoop(@TempDir Path folder) throws Exception {
        try (var node = RealNode.startPatient(folder)) {
            var client = new ForelogClient(
                    vertx,
                    List.of(node.url()),
                    ClientOptions.DEFAULT.withConnectionsMax(1_000).withAnswerTimeout(Duration.ofMinutes(1)));
            var continued = new CompletableFuture<Void>();

            var result = new LoadRun(vertx, client, SETTINGS, LogSettings.DEFAULT, pauseWhenMeasuring(node, continued))
                    .run();

            assertThat(continued).succeedsWithin(Duration.ofSeconds(30));
            assertThat(result.errors()).isEmpty();
            assertThat(result.neverStarted()).isZero();
            var latency = result.kinds().get(OperationKind.APPEND).latencyMicros();
            assertThat(latency.count())
                    .as("all that was due was asked")
                    .isBetween(PER_SECOND * 6 - 1L, PER_SECOND * 6L);
            assertThat(latency.p99()).as("p99 in µs").isGreaterThan(1_700_000);
            assertThat(latency.p90()).as("p90 in µs").isGreaterThan(1_000_000);
        }
    }

    private static LoadListener pauseWhenMeasuring(NodeProcess node, CompletableFuture<Void> continued) {
        return new LoadListener() {
            @Override
            public void phase(String name) {
                if (name.equals("measuring")) {
                    signal("STOP", node);
                    CompletableFuture.runAsync(
                                    () -> signal("CONT", node),
                                    CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS))
                            .whenComplete((done, failure) -> {
                                if (failure == null) {
                                    continued.complete(null);
                                } else {
                                    continued.completeExceptionally(failure);
                                }
                            });
                }
            }
        };
    }

    private static void signal(String name, NodeProcess node) {
        try {
            var sent = new ProcessBuilder("kill", "-" + name, Long.toString(node.pid()))
                    .start()
                    .onExit()
                    .join();
            assertThat(sent.exitValue()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
