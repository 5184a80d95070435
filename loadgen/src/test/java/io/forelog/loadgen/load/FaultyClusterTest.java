package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.demo.NodeProcess;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes under load, one of which is killed or paused at a time, again and again. */
class FaultyClusterTest {

    private static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final int SHARDS = 6;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Map<String, NodeProcess> running = new TreeMap<>();
    private final Map<String, Integer> ports = new TreeMap<>();

    @TempDir
    private Path folder;

    @Test
    void nothingAcknowledgedIsLostWhenNodesAreKilledAndPaused() throws Exception {
        runFor(Duration.ofSeconds(25), System.nanoTime());
    }

    @Test
    @Tag("long")
    void nothingAcknowledgedIsLostInTenMinutesOfKillsAndPauses() throws Exception {
        runFor(Duration.ofMinutes(10), System.nanoTime());
    }

    private void runFor(Duration duration, long seed) throws Exception {
        System.out.println("seed " + seed);
        var settings = new LoadSettings(
                Workload.APPEND, "orders", 0, 8, Duration.ofMillis(100), duration, 200, 1, 200, "uniform",
                Duration.ofSeconds(1), 0.5, AppendFormat.RAW, null, true, 5);
        try {
            for (var node : NODES) {
                ports.put(node, RealNode.freePort());
            }
            for (var node : NODES) {
                start(node);
            }
            var client = new ForelogClient(vertx, urls(), ClientOptions.DEFAULT.withRetryFor(Duration.ofMinutes(1)));
            var load = CompletableFuture.supplyAsync(
                    () -> new LoadRun(vertx, client, settings, new LogSettings(SHARDS, "always"), new LoadListener() {}).run());
            int faults = disturb(new Random(seed), duration, load);
            var result = load.get(3, TimeUnit.MINUTES);

            assertThat(faults).isPositive();
            assertThat(result.verify().verdict().isFaultless()).as(result.toString()).isTrue();
            assertThat(result.verify().pointReadFaults()).isZero();
            System.out.println(faults + " faults: " + result.verify());
            for (int shard = 0; shard < SHARDS; shard++) {
                assertSameOnEveryNode(shard);
            }
        } finally {
            for (var node : running.values()) {
                node.close();
            }
            vertx.close().await();
        }
    }

    /** One fault after another, until the load is about to end; every node runs again then. */
    private int disturb(Random random, Duration duration, CompletableFuture<?> load) throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        int faults = 0;
        while (System.nanoTime() < end && !load.isDone()) {
            pass(Duration.ofMillis(3_000 + random.nextInt(4_000)));
            var node = NODES.get(random.nextInt(NODES.size()));
            if (random.nextBoolean()) {
                running.get(node).kill();
                pass(Duration.ofMillis(random.nextInt(2_000)));
                start(node);
            } else {
                signal("STOP", node);
                pass(Duration.ofMillis(500 + random.nextInt(4_000)));
                signal("CONT", node);
            }
            faults++;
        }
        return faults;
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
            LockSupport.parkNanos(until - now);
        }
    }

    private void signal(String name, String node) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(running.get(node).pid())).inheritIO().start();
        assertThat(kill.waitFor()).isZero();
    }

    private void start(String node) throws IOException {
        Files.createDirectories(folder.resolve(node));
        var options = new TreeMap<>(RealNode.ALONE);
        options.put("node.name", node);
        if (!node.equals(NODES.getFirst())) {
            options.put("cluster.join", "127.0.0.1:" + ports.get(NODES.getFirst()));
        }
        running.put(
                node,
                NodeProcess.start(
                        RealNode.command(),
                        folder.resolve(node),
                        "127.0.0.1:" + ports.get(node),
                        options,
                        Duration.ofMinutes(2)));
    }

    private List<URI> urls() {
        return running.values().stream().map(NodeProcess::url).toList();
    }

    private void assertSameOnEveryNode(int shard) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            var digests = new ArrayList<String>();
            for (var url : urls()) {
                digests.add(digest(url + "/v1/logs/orders/shards/" + shard + "/records?limit=10000&bytes=16777216&from="));
            }
            assertThat(digests.stream().distinct()).as("shard %d", shard).hasSize(1);
        });
    }

    /** Returns the SHA-256 of all batches of a shard, as a node serves them. */
    private static String digest(String url) throws Exception {
        var sha256 = MessageDigest.getInstance("SHA-256");
        try (var http = HttpClient.newHttpClient()) {
            for (long next = 0; ; ) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(url + next))
                                .header("Accept", "application/vnd.forelog.batch")
                                .build(),
                        BodyHandlers.ofByteArray());
                assertThat(answer.statusCode()).isEqualTo(200);
                sha256.update(answer.body());
                long after = Long.parseLong(answer.headers().firstValue("Next-Offset").orElseThrow());
                if (after == next) {
                    return HexFormat.of().formatHex(sha256.digest());
                }
                next = after;
            }
        }
    }
}
