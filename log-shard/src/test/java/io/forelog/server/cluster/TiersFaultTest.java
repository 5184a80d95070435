package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten minutes of reads and appends over a cluster whose shared caches are killed, paused, filled and split, each in its
 * turn. Every byte is checked. {@code -Dfaults.seconds} makes it shorter or longer.
 */
@Tag("long")
class TiersFaultTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("faults.seconds", 600));
    private static final Duration BROKEN = Duration.ofSeconds(5);
    /** Longer than Hazelcast waits for a member that is silent. */
    private static final Duration SPLIT = Duration.ofSeconds(20);

    private static final Duration RECOVERY_MAX = Duration.ofMinutes(2);
    private static final int RECORDS_MIN = 500;
    private static final int FAILURES_MAX = 20;

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger appended = new AtomicInteger();
    private final AtomicLong reads = new AtomicLong();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** Something that breaks a cache for a while, and mends it. */
    private record Fault(String name, Step breaks, Duration lasts, Step mends) {}

    private interface Step {
        void run() throws Exception;
    }

    @Test
    void noReadOrAppendFailsAndNoByteIsWrongWhileSharedCachesBreakAndAreMended() throws Exception {
        assumeThat(Path.of("/usr/bin/redis-server")).as("Debian's redis-server").isExecutable();
        try (var redis = new RedisServer(Files.createDirectories(directory.resolve("redis")));
                // Nothing of use fits into the local caches, and the shared ones are asked before the shard.
                var cluster = ClusterProcess.start(
                        directory.resolve("cluster"),
                        "--nodes",
                        "3",
                        "--set",
                        "cache.regional.enabled=true",
                        "--set",
                        "cache.global.address=" + redis.address(),
                        "--set",
                        "cache.local.bytesMax=1KiB",
                        "--set",
                        "cache.order=tiers-first",
                        "--set",
                        "prefetch.enabled=false")) {
            var urls = List.of(
                    cluster.children().get("n1").url(),
                    cluster.children().get("n2").url());
            var third = cluster.children().get("n3");
            call("POST", urls.getFirst() + "/v1/nodes/n3/drain", "");
            assertThat(call("PUT", urls.getFirst() + "/v1/logs/faults", "{\"shards\":1,\"critical\":true}")
                            .statusCode())
                    .isEqualTo(201);
            await().atMost(RECOVERY_MAX)
                    .until(() -> call("POST", urls.getFirst() + "/v1/logs/faults/records", "{\"value\":0}")
                                    .statusCode()
                            == 201);
            appended.set(1);
            var workers = new CopyOnWriteArrayList<Thread>();
            workers.add(Thread.ofPlatform().name("appender").start(() -> append(urls.getFirst())));
            await().atMost(RECOVERY_MAX).until(() -> appended.get() > RECORDS_MIN);
            for (var url : urls) {
                workers.add(Thread.ofPlatform().name("reader").start(() -> read(url)));
            }
            awaitHits(urls.getFirst());
            var faults = List.of(
                    new Fault("Redis killed", redis::kill, BROKEN, redis::startAgain),
                    new Fault(
                            "Redis paused",
                            () -> RedisServer.signal("STOP", redis.pid()),
                            BROKEN,
                            () -> RedisServer.signal("CONT", redis.pid())),
                    new Fault(
                            "Redis full",
                            () -> {
                                redis.send("CONFIG SET maxmemory-policy noeviction");
                                redis.send("CONFIG SET maxmemory 1mb");
                            },
                            BROKEN,
                            () -> {
                                redis.send("CONFIG SET maxmemory 64mb");
                                redis.send("CONFIG SET maxmemory-policy allkeys-lru");
                            }),
                    new Fault(
                            "Hazelcast split",
                            () -> RedisServer.signal("STOP", third.pid()),
                            SPLIT,
                            () -> RedisServer.signal("CONT", third.pid())));
            long end = System.nanoTime() + LENGTH.toNanos();
            for (int i = 0; System.nanoTime() < end && failures.isEmpty(); i++) {
                var fault = faults.get(i % faults.size());
                long before = reads.get();
                fault.breaks().run();
                elapse(fault.lasts());
                fault.mends().run();
                awaitHits(urls.getFirst());
                System.out.printf(
                        "%s: %,d reads until it was mended and used again%n", fault.name(), reads.get() - before);
            }
            // For good: a member that is killed takes its node along, which this cluster does without.
            third.kill();
            elapse(BROKEN);
            awaitHits(urls.getFirst());
            over = true;
            for (var worker : workers) {
                worker.join();
            }
            System.out.printf("%,d reads, %,d appends, failures %s%n", reads.get(), appended.get(), failures);
            System.out.println(JSON.readTree(
                            call("GET", urls.getFirst() + "/v1/caches", "").body())
                    .get("tiers")
                    .toPrettyString());
            assertThat(failures).isEmpty();
        } finally {
            over = true;
            http.close();
        }
    }

    private static void elapse(Duration time) {
        await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }

    private void append(String url) {
        while (!over) {
            int number = appended.get();
            // Told as a failure; what follows must not take its address for the next record's.
            var answer = check(
                    "append", 201, () -> call("POST", url + "/v1/logs/faults/records", "{\"value\":" + number + "}"));
            appended.set(answer == null ? number : number + 1);
        }
    }

    private void read(String url) {
        var random = new SplittableRandom(url.hashCode());
        while (!over) {
            int number = random.nextInt(Math.min(appended.get(), 4 * RECORDS_MIN));
            var body = check(
                    "read of " + number,
                    200,
                    () -> call("GET", url + "/v1/logs/faults/shards/0/records/" + number, ""));
            if (body != null && !body.equals(Integer.toString(number))) {
                fail("record " + number + " reads " + body);
            }
            reads.incrementAndGet();
        }
    }

    private interface Request {
        HttpResponse<String> send() throws Exception;
    }

    /** Returns the answer's body, or null if it is not the expected one, which is a failure. */
    private @Nullable String check(String what, int expected, Request request) {
        try {
            var answer = request.send();
            if (answer.statusCode() != expected) {
                fail(what + ": " + answer.statusCode() + " " + answer.body());
                return null;
            }
            return answer.body();
        } catch (Exception e) {
            fail(what + ": " + e);
            return null;
        }
    }

    private void fail(String what) {
        if (failures.size() < FAILURES_MAX) {
            failures.add(what);
        }
    }

    /** Waits until both shared caches answer reads. */
    private void awaitHits(String url) throws Exception {
        long regional = hits(url, "regional");
        await().atMost(RECOVERY_MAX).until(() -> hits(url, "regional") > regional + 20);
        await().atMost(RECOVERY_MAX)
                .until(() -> tier(url, "global").get("breaker").textValue().equals("CLOSED"));
    }

    private long hits(String url, String name) throws Exception {
        return tier(url, name).get("hits").longValue();
    }

    private JsonNode tier(String url, String name) throws Exception {
        for (var tier :
                JSON.readTree(call("GET", url + "/v1/caches", "").body()).get("tiers")) {
            if (tier.get("tier").textValue().equals(name)) {
                return tier;
            }
        }
        throw new AssertionError("no tier " + name);
    }

    private HttpResponse<String> call(String method, String url, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
