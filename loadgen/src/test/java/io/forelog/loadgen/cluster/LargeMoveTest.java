package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large shard is copied from one node to another while it is appended to. */
class LargeMoveTest {

    private static final String LOG = "large";
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration BEFORE = Duration.ofSeconds(20);
    private static final Duration MOVE_MAX = Duration.ofMinutes(10);
    private static final Duration PACE = Duration.ofMillis(2);

    @TempDir
    private Path folder;

    /** An append, from when it was begun until it was answered. */
    private record Append(long beganNanos, long nanos) {}

    @Test
    @Tag("long")
    void appendsTakeAtMostTwiceAsLongWhileTheirShardMoves() throws Exception {
        long bytes = Long.getLong("bytes", 2L << 30);
        var over = new AtomicBoolean();
        try (var cluster = TestCluster.start(folder, 3, Map.of());
                var threads = Executors.newSingleThreadExecutor()) {
            cluster.create(LOG, 1, 1);
            cluster.fill(LOG, bytes);
            var writer = CompletableFuture.supplyAsync(() -> write(cluster, over), threads);
            List<Append> appends;
            long begins;
            long ends;
            String moved;
            try {
                Fault.pass(WARM_UP.plus(BEFORE));
                begins = System.nanoTime();
                moved = move(cluster);
                ends = System.nanoTime();
            } finally {
                over.set(true);
            }
            appends = writer.join();

            var before = between(appends, begins - BEFORE.toNanos(), begins);
            var during = between(appends, begins, ends);
            System.out.println("before: " + text(before));
            System.out.println("during: " + text(during) + ", " + (ends - begins) / 1_000_000 + " ms");
            System.out.println(moved);
            assertThat(percentile(during, 99)).isLessThanOrEqualTo(2 * percentile(before, 99));
        }
    }

    /** Returns the plan once the target has taken over. */
    private static String move(TestCluster cluster) throws IOException, InterruptedException {
        var leader = cluster.leader(LOG, 0);
        var target = cluster.names().stream()
                .filter(name -> !name.equals(leader))
                .findFirst()
                .orElseThrow();
        var plan = cluster.tell(leader, "/v1/logs/" + LOG + "/shards/0/move", "{\"to\":\"" + target + "\"}");
        var path = "/v1/plans/" + plan.path("id").asLong();
        assertThat(plan.path("id").asLong()).as(plan.toString()).isPositive();
        await().atMost(MOVE_MAX)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> cluster.json(leader, path).path("state").asText(), "WATCH"::equals);
        return cluster.json(leader, path).toString();
    }

    private static List<Append> write(TestCluster cluster, AtomicBoolean over) {
        var appends = new ArrayList<Append>();
        var request = HttpRequest.newBuilder(
                        cluster.url(cluster.names().getLast()).resolve("/v1/logs/" + LOG + "/records"))
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(new byte[100]))
                .build();
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (!over.get()) {
                long began = System.nanoTime();
                assertThat(http.send(request, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(201);
                appends.add(new Append(began, System.nanoTime() - began));
                Fault.pass(PACE);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return appends;
    }

    private static List<Long> between(List<Append> appends, long from, long end) {
        return appends.stream()
                .filter(append -> append.beganNanos() >= from && append.beganNanos() < end)
                .map(Append::nanos)
                .sorted()
                .toList();
    }

    private static long percentile(List<Long> ascending, int percent) {
        return ascending.get(Math.min(ascending.size() - 1, ascending.size() * percent / 100));
    }

    private static String text(List<Long> nanos) {
        return nanos.size() + " appends, p50 " + percentile(nanos, 50) / 1_000 + " us, p99 "
                + percentile(nanos, 99) / 1_000 + " us, max " + nanos.getLast() / 1_000 + " us";
    }
}
