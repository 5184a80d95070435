package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of three under load is copied by the command, and another of three is filled from the copy. */
class ClusterBackupTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long COMMAND_MINUTES = 5;
    private static final String SHARDS = "/v1/logs/" + ClusterLoad.LOG + "/shards";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    @Tag("long")
    void aRunningClusterIsRestoredRecordByRecordAtTheSameAddresses() throws Exception {
        var taken = folder.resolve("backup");
        Map<Integer, List<String>> records;
        try (var cluster = TestCluster.start(folder.resolve("from"), 3, Map.of());
                var load = new ClusterLoad(cluster, 0.1, PATIENCE, 1)) {
            reshape(cluster, "/0/split", "{}");
            reshape(cluster, "/1/split", "{}");
            reshape(cluster, "/2/move", "{\"to\":\"" + other(cluster) + "\"}");

            await().atMost(Duration.ofMinutes(2)).until(() -> count(cluster) > 1_200);

            command(cluster, "BackupMain", "--to", taken);

            assertThat(load.end().verify().isFaultless()).isTrue();
            records = records(cluster);
        }
        try (var cluster = TestCluster.start(folder.resolve("to"), 3, Map.of())) {
            command(cluster, "RestoreMain", "--from", taken);

            var restored = records(cluster);
            assertThat(restored.keySet()).isEqualTo(records.keySet());
            restored.forEach((shard, there) -> assertThat(records.get(shard))
                    .as("shard " + shard)
                    .startsWith(there.toArray(String[]::new)));
            assertThat(restored.values().stream().mapToInt(List::size).sum()).isGreaterThan(1_000);
            cluster.endAndAssertSameEverywhere();
        }
    }

    /** Returns a node that does not lead shard 2. */
    private static String other(TestCluster cluster) throws IOException, InterruptedException {
        return cluster.others(cluster.leader(ClusterLoad.LOG, 2)).getFirst();
    }

    private static void reshape(TestCluster cluster, String path, String body) throws Exception {
        var plan = cluster.tell("n1", SHARDS + path, body).path("id").asText();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!cluster.json("n1", "/v1/plans/" + plan).path("state").asText().equals("WATCH")) {
            assertThat(System.nanoTime()).as("plan " + plan).isLessThan(deadline);
            Fault.pass(Duration.ofMillis(100));
        }
    }

    private void command(TestCluster cluster, String main, String place, Path taken) throws Exception {
        var line = new ArrayList<>(TestCluster.command().java());
        line.addAll(List.of(
                "io.forelog.server.cli." + main, "--url", cluster.url("n2").toString(), place, taken.toString()));
        var process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(main + ".log").toFile())
                .start();
        assertThat(process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve(main + ".log"), StandardCharsets.UTF_8))
                .isZero();
    }

    private static long count(TestCluster cluster) throws IOException, InterruptedException {
        long all = 0;
        for (var shard : cluster.json("n1", SHARDS).path("shards")) {
            all += shard.path("highWatermark").asLong();
        }
        return all;
    }

    /** Returns of each shard what a run of it gives for each record, in order. */
    private Map<Integer, List<String>> records(TestCluster cluster) throws IOException, InterruptedException {
        var records = new TreeMap<Integer, List<String>>();
        for (var shard : cluster.json("n1", SHARDS).path("shards")) {
            int number = shard.path("shard").asInt();
            var all = new ArrayList<String>();
            while (all.size() < shard.path("highWatermark").asLong()) {
                var run = URI.create(
                        cluster.url("n1") + SHARDS + "/" + number + "/records?limit=1000&from=" + all.size());
                var answer = http.send(HttpRequest.newBuilder(run).build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                all.addAll(answer.body().lines().toList());
            }
            records.put(number, all);
        }
        return records;
    }
}
