package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.load.AppendGaps;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.LoadRun;
import io.forelog.loadgen.load.LoadSettings;
import io.forelog.loadgen.load.Workload;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Clients that append to a cluster, and read some of it, until they are told to end; then all is read back. */
final class ClusterLoad implements AutoCloseable {

    static final String LOG = "orders";
    static final int SHARDS = 6;

    private static final int CLIENTS = 12;
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration VERIFY_MAX = Duration.ofMinutes(3);
    private static final Duration GAP_LEAST = Duration.ofMillis(100);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AppendGaps gaps = new AppendGaps(GAP_LEAST);
    private final LoadRun run;
    private final CompletableFuture<LoadResult> result;

    /**
     * Starts it and returns when the first appends are under way.
     *
     * @param patience of the clients with a node that does not answer
     */
    ClusterLoad(TestCluster cluster, double readShare, Duration patience, long seed) throws InterruptedException {
        var client = new ForelogClient(
                vertx,
                cluster.urls(),
                ClientOptions.DEFAULT.withAnswerTimeout(patience).withRetryFor(Duration.ofMinutes(1)));
        var settings = new LoadSettings(
                Workload.MIXED,
                LOG,
                0,
                CLIENTS,
                Duration.ofMillis(100),
                LONGEST,
                200,
                1,
                200,
                "uniform",
                Duration.ofSeconds(1),
                readShare,
                AppendFormat.RAW,
                null,
                true,
                seed);
        var begun = new CountDownLatch(1);
        var beginning = new LoadListener() {
            @Override
            public void phase(String name) {
                begun.countDown();
            }
        };
        run = new LoadRun(
                vertx, client, settings, new LogSettings(SHARDS, "always"), LoadListener.all(List.of(beginning, gaps)));
        result = CompletableFuture.supplyAsync(run::run);
        assertThat(begun.await(1, TimeUnit.MINUTES)).as("the load begins").isTrue();
    }

    AppendGaps gaps() {
        return gaps;
    }

    /** Ends the load, reads everything back and returns what it came to. */
    LoadResult end() throws Exception {
        run.stop();
        return result.get(VERIFY_MAX.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        run.stop();
        vertx.close().await();
    }
}
