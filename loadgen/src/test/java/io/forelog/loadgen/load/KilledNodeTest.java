package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.ports.LocalPorts;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node is killed under load, without a word of warning, and started again. */
class KilledNodeTest {

    private static final LoadSettings SETTINGS = new LoadSettings(
            Workload.APPEND,
            "orders",
            0,
            8,
            Duration.ofMillis(100),
            Duration.ofSeconds(8),
            200,
            1,
            100,
            "uniform",
            Duration.ofSeconds(1),
            0.5,
            AppendFormat.RAW,
            null,
            true,
            5);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final CompletableFuture<Long> appended = new CompletableFuture<>();

    private final LoadListener counting = new LoadListener() {
        @Override
        public void interval(OperationKind kind, Histogram latencies) {
            if (latencies.getTotalCount() > 0) {
                appended.complete(latencies.getTotalCount());
            }
        }
    };

    @Test
    void noAcknowledgedRecordIsLostDoubledOrAlteredWhenTheNodeIsKilled(@TempDir Path folder) throws Exception {
        int port = LocalPorts.free();
        var first = RealNode.start(folder, port);
        try {
            var client = new ForelogClient(
                    vertx, List.of(first.url()), ClientOptions.DEFAULT.withRetryFor(Duration.ofMinutes(1)));
            var running = CompletableFuture.supplyAsync(
                    () -> new LoadRun(vertx, client, SETTINGS, new LogSettings(4, "always"), counting).run());
            long beforeTheKill = appended.get(30, TimeUnit.SECONDS);

            first.kill();
            try (var second = RealNode.start(folder, port)) {
                var result = running.join();
                assertThat(second.pid()).isNotEqualTo(first.pid());

                assertThat(result.verify().verdict().isFaultless())
                        .as(result.toString())
                        .isTrue();
                assertThat(result.verify().pointReadFaults()).isZero();
                assertThat(result.retries()).isPositive();
                assertThat(result.verify().verdict().acknowledged()).isGreaterThan((int) beforeTheKill);
            }
        } finally {
            first.close();
            vertx.close().await();
        }
    }
}
