package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.torture.cluster.RedisProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader is killed between append and commit, round after round, over the real caches: what it alone had is in none
 * of them, then or later. {@code -Duncommitted.rounds} makes it longer.
 */
@Tag("long")
class NeverCommittedTest {

    private static final int ROUNDS = Integer.getInteger("uncommitted.rounds", 3);
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration CALL_MAX = Duration.ofSeconds(30);
    /** A leader that has lost the others answers late or never. */
    private static final Duration LOST_CALL_MAX = Duration.ofMillis(400);

    private static final List<String> ACKNOWLEDGEMENTS = List.of("caches", "all", "quorum", "caches");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private TestCluster cluster;

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void whatLeaderAloneHadWhenItWasKilledIsInNoCache() throws Exception {
        var installed = RedisProcess.startIfInstalled(folder);
        assumeThat(installed).as("redis-server").isPresent();
        // Nothing fits into the local caches, and the shared ones are asked before the shard.
        var settings = Map.of(
                "cache.regional.enabled", "true",
                "cache.global.address", installed.get().address(),
                "cache.local.bytesMax", "1KiB",
                "cache.order", "tiers-first",
                "prefetch.enabled", "false");
        try (var redis = new RedisValues(URI.create(installed.get().address()));
                var _ = installed.get();
                var nodes = TestCluster.start(folder, 3, settings)) {
            cluster = nodes;
            assertThat(call("n1", "PUT", "", "{\"shards\":1,\"critical\":true}", CALL_MAX)
                            .statusCode())
                    .isEqualTo(201);
            for (int round = 0; round < ROUNDS; round++) {
                round(round, redis);
            }
            assertThat(redis.holding("kept-")).as("committed records in Redis").isPositive();
            int puts = 0;
            for (var node : nodes.names()) {
                puts += nodes.json(node, "/v1/caches").path("tiers").path(1).path("puts").asInt();
            }
            assertThat(puts)
                    .as("records put into the regional cache by the last of the nodes' processes")
                    .isPositive();
        }
    }

    private void round(int round, RedisValues redis) throws Exception {
        long began = System.nanoTime();
        var others = new ArrayList<>(cluster.names());
        long offset = append(others.getFirst(), "kept-" + round + "-before");
        var leader = leader(others.getFirst());
        others.remove(leader);
        for (var other : others) {
            cluster.cut(leader, other);
            cluster.cut(other, leader);
        }

        var unacknowledged = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (var ack : ACKNOWLEDGEMENTS) {
            unacknowledged.add(http.sendAsync(
                    request(leader, "POST", "/records?key=lost&ack=" + ack, "lost-" + round, CALL_MAX),
                    BodyHandlers.ofString()));
        }
        assertIsNotRead(leader, "GET", "/shards/0/records/" + (offset + 1), "");
        assertIsNotRead(
                leader, "POST", "/read", "{\"addresses\":[\"0:%d\",\"0:%d\"]}".formatted(offset + 1, offset + 2));
        assertIsNotRead(leader, "GET", "/shards/0/records?from=" + (offset + 1), "");
        assertIsNotRead(leader, "GET", "/keys/lost", "");
        assertThat(redis.holding("lost-")).as("in Redis while the leader lives").isZero();
        assertThat(unacknowledged)
                .noneMatch(append -> append.isDone()
                        && !append.isCompletedExceptionally()
                        && append.join().statusCode() == 201);
        cluster.kill(leader);

        // Before the cut is mended: what the dead leader sent is of an epoch that is over when it arrives.
        append(others.getFirst(), "kept-" + round + "-after");
        cluster.heal();
        cluster.start(leader);
        assertSameThroughCaches(offset);
        assertThat(redis.holding("lost-")).as("in Redis after round " + round).isZero();
        System.out.printf("round %d: %s killed, %,d ms%n", round, leader, (System.nanoTime() - began) / 1_000_000);
    }

    private void assertIsNotRead(String node, String method, String path, String body) throws Exception {
        try {
            assertThat(call(node, method, path, body, LOST_CALL_MAX).body())
                    .as(method + " " + path)
                    .doesNotContain("lost-", base64("lost-"));
        } catch (ExecutionException late) {
            // Nor is what is not answered.
            assertThat(late.getCause()).isInstanceOfAny(IOException.class, TimeoutException.class);
        }
    }

    /** Three bytes of a text are four of its Base64. */
    private static String base64(String text) {
        return Base64.getEncoder()
                .encodeToString(text.substring(0, text.length() / 3 * 3).getBytes(StandardCharsets.UTF_8));
    }

    /** Asserts that each node reads through its caches what the shard holds from {@code from} on. */
    private void assertSameThroughCaches(long from) throws Exception {
        for (var node : cluster.names()) {
            var held = new ArrayList<String>();
            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> {
                held.clear();
                held.addAll(held(node, from));
                assertThat(held).hasSizeGreaterThanOrEqualTo(2);
            });
            assertThat(held).allMatch(value -> value.startsWith("kept-"));
            for (int i = 0; i < held.size(); i++) {
                var answer = call(node, "GET", "/shards/0/records/" + (from + i), "", CALL_MAX);
                assertThat(answer.body()).as(node + " reads " + (from + i)).isEqualTo(held.get(i));
            }
        }
    }

    private List<String> held(String node, long from) throws Exception {
        var values = new ArrayList<String>();
        for (var line : call(node, "GET", "/shards/0/records?from=" + from, "", CALL_MAX)
                .body()
                .split("\n")) {
            values.add(new String(JSON.readTree(line).get("valueBase64").binaryValue(), StandardCharsets.UTF_8));
        }
        return values;
    }

    /** Appends until it is acknowledged; returns the offset. */
    private long append(String node, String value) {
        return await().atMost(SOON)
                .ignoreExceptions()
                .until(
                        () -> {
                            var answer = call(node, "POST", "/records?ack=caches", value, CALL_MAX);
                            return answer.statusCode() != 201
                                    ? -1
                                    : JSON.readTree(answer.body())
                                            .path("records")
                                            .path(0)
                                            .path("offset")
                                            .asLong();
                        },
                        offset -> offset >= 0);
    }

    private String leader(String asked) {
        return await().atMost(SOON)
                .ignoreExceptions()
                .until(
                        () -> cluster.json(asked, "/v1/logs/once/shards/0")
                                .path("leader")
                                .asText(),
                        name -> cluster.names().contains(name));
    }

    private HttpResponse<String> call(String node, String method, String path, String body, Duration most)
            throws ExecutionException, InterruptedException {
        // A deadline of its own: the client's cannot be shorter than what a connection takes.
        return http.sendAsync(request(node, method, path, body, most), BodyHandlers.ofString())
                .orTimeout(most.toMillis() * 2, TimeUnit.MILLISECONDS)
                .get();
    }

    private HttpRequest request(String node, String method, String path, String body, Duration most) {
        var isJson = body.startsWith("{");
        return HttpRequest.newBuilder(cluster.url(node).resolve("/v1/logs/once" + path))
                .timeout(most)
                .header("Content-Type", isJson ? "application/json" : "application/octet-stream")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }
}
