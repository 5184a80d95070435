package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.ServedLog;
import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadRunTest {

    private static final LoadListener UNWATCHED = new LoadListener() {};

    private Vertx vertx;
    private Vertx serverVertx;
    private ServedLog served;
    private ForelogClient client;

    @BeforeEach
    void start() {
        serverVertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        served = new ServedLog(serverVertx);
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        client = new ForelogClient(
                vertx, List.of(URI.create(served.url())), ClientOptions.DEFAULT.withConnectionsMax(600));
    }

    @AfterEach
    void stop() {
        vertx.close().await();
        served.close();
        serverVertx.close().await();
    }

    private static LoadSettings settings(Workload workload, double rate, int clients, Duration duration, int batch) {
        return new LoadSettings(
                workload,
                "orders",
                rate,
                clients,
                Duration.ofMillis(200),
                duration,
                64,
                batch,
                500,
                "uniform",
                Duration.ofSeconds(1),
                0.5,
                AppendFormat.suiting(batch),
                null,
                true,
                11);
    }

    private LoadResult run(LoadSettings settings, LoadListener listener) {
        return new LoadRun(vertx, client, settings, LogSettings.DEFAULT, listener).run();
    }

    /** Stalls the server for half a second as soon as measuring begins. */
    private LoadListener stallWhenMeasuring() {
        return new LoadListener() {
            @Override
            public void phase(String name) {
                if (name.equals("measuring")) {
                    served.stall(500);
                }
            }
        };
    }

    @Test
    void aStallOfTheServerIsInTheLatencyOfAllThatWereDueMeanwhile() {
        var open = run(settings(Workload.APPEND, 300, 300, Duration.ofMillis(2_000), 1), stallWhenMeasuring());

        // A quarter of the operations were due during the stall, and waited for a quarter of a second on average.
        var latency = open.kinds().get(OperationKind.APPEND).latencyMicros();
        assertThat(latency.count()).isBetween(599L, 600L);
        assertThat(latency.p99()).isGreaterThan(350_000);
        assertThat(latency.p90()).isGreaterThan(200_000);
        assertThat(open.neverStarted()).isZero();
    }

    @Test
    void aStallStaysInTheLatencyWhenFewerOperationsMayBeUnderWayThanAreDue() {
        var bounded = run(settings(Workload.APPEND, 300, 4, Duration.ofMillis(2_000), 1), stallWhenMeasuring());

        assertThat(bounded.kinds().get(OperationKind.APPEND).latencyMicros().p90())
                .isGreaterThan(200_000);
    }

    @Test
    void aClosedLoopHidesTheSameStall() {
        var closed = run(settings(Workload.APPEND, 0, 4, Duration.ofMillis(1_500), 1), stallWhenMeasuring());

        var latency = closed.kinds().get(OperationKind.APPEND).latencyMicros();
        assertThat(latency.p90()).isLessThan(200_000);
        assertThat(latency.max()).isGreaterThan(400_000);
    }

    @Test
    void whatWasAppendedIsFoundAgainInEachWorkload() {
        for (var workload : Workload.values()) {
            var result = run(settings(workload, 0, 4, Duration.ofSeconds(1), 5), UNWATCHED);

            assertThat(result.isSuccess()).as("%s: %s", workload, result).isTrue();
            assertThat(result.verify().verdict().isFaultless()).isTrue();
            assertThat(result.errors()).isEmpty();
        }
    }

    @Test
    void aTailReaderGetsEachRecordOfTheRun() {
        var result = run(settings(Workload.TAIL, 500, 16, Duration.ofMillis(400), 1), UNWATCHED);

        assertThat(result.kinds().get(OperationKind.TAIL).latencyMicros().count())
                .isEqualTo(
                        result.kinds().get(OperationKind.APPEND).latencyMicros().count());
        assertThat(result.undelivered()).isZero();
    }

    @Test
    void anAcknowledgedRecordThatTheServerDeniesFailsTheRun() {
        served.staleBy(3);

        var result = run(settings(Workload.MIXED, 0, 4, Duration.ofSeconds(1), 1), UNWATCHED);

        assertThat(result.wrongReads()).isPositive();
        assertThat(result.isSuccess()).isFalse();
        assertThat(result.verify().verdict().isFaultless())
                .as("it is there all the same")
                .isTrue();
    }

    @Test
    void aRecordThatTheServerGivesBackAlteredFailsTheRun() {
        served.onRead((offset, stored) -> {
            var value = stored.value().clone();
            if (offset == 0) {
                value[value.length - 1] ^= 1;
            }
            return new ServedLog.Stored(stored.key(), value);
        });

        var result = run(settings(Workload.APPEND, 0, 4, Duration.ofSeconds(1), 1), UNWATCHED);

        assertThat(result.isSuccess()).isFalse();
        assertThat(result.verify().verdict().altered()).isEqualTo(1);
    }

    @Test
    void theWarmupDoesNotCountButIsTold() {
        var result = run(settings(Workload.APPEND, 100, 16, Duration.ofMillis(500), 1), UNWATCHED);

        assertThat(result.kinds().get(OperationKind.APPEND).latencyMicros().count())
                .isBetween(49L, 50L);
        assertThat(result.warmupOperations()).isBetween(19L, 21L);
    }
}
