package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five thousand tails of one node, each of a key of its own, while a thousand records a second are appended. */
class ManyTailsTest {

    private static final int TAILS = 5_000;
    private static final int PER_SECOND = 1_000;
    private static final int SECONDS = 20;
    private static final int BATCH = 20;

    private final AtomicInteger opened = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger arrived = new AtomicInteger();
    private final long[] latencies = new long[PER_SECOND * SECONDS];

    @Test
    @Tag("long")
    void eachRecordIsDeliveredSoonAndATailIsCheap(@TempDir Path data) throws Exception {
        var vertx = Vertx.vertx();
        var options = new HttpClientOptions().setConnectTimeout(60_000);
        try (var node = ChildNode.start(
                        data,
                        "http.tailsMax=" + TAILS,
                        "http.connectionsMax=" + (TAILS + 100),
                        "cache.regional.enabled=false",
                        "cache.global.address=off");
                var appender = java.net.http.HttpClient.newHttpClient()) {
            var tails = vertx.httpClientBuilder()
                    .with(options)
                    .with(new PoolOptions().setHttp1MaxSize(TAILS + 10))
                    .build();
            send(appender, "PUT", node.url() + "/v1/logs/many", "{\"shards\":4}");
            long before = memory(node);
            for (int i = 0; i < TAILS; i++) {
                open(tails, URI.create(node.url()), i);
                int ahead = i;
                awaitOpened(ahead - 200);
            }
            awaitOpened(TAILS);
            long perTail = (memory(node) - before) / TAILS;

            append(appender, node.url());
            await().atMost(Duration.ofMinutes(2)).until(() -> arrived.get() == latencies.length);

            Arrays.sort(latencies);
            long p50 = latencies[latencies.length / 2];
            long p99 = latencies[latencies.length * 99 / 100];
            System.out.printf(
                    "%d tails, %d appends/s: %d bytes of resident memory a tail, delivery p50 %.1f ms, p99 %.1f ms%n",
                    TAILS, PER_SECOND, perTail, p50 / 1e6, p99 / 1e6);
            assertThat(perTail).isLessThan(64 << 10);
            assertThat(p99).isLessThan(TimeUnit.SECONDS.toNanos(2));
        } finally {
            vertx.close().await();
        }
    }

    private void awaitOpened(int count) {
        if (opened.get() < count) {
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                assertThat(failures).isEmpty();
                assertThat(opened.get()).isGreaterThanOrEqualTo(count);
            });
        }
    }

    /** A record's value is when it was meant to be appended. */
    private void append(java.net.http.HttpClient appender, String url) throws Exception {
        long began = System.nanoTime();
        int sent = 0;
        while (sent < latencies.length) {
            long due = began + sent * (TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
            LockSupport.parkNanos(due - System.nanoTime());
            var lines = new StringBuilder();
            for (int i = 0; i < BATCH; i++) {
                lines.append("{\"key\":\"k")
                        .append(sent++ * 7 % TAILS)
                        .append("\",\"value\":")
                        .append(due)
                        .append("}\n");
            }
            var request = HttpRequest.newBuilder(URI.create(url + "/v1/logs/many/records"))
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(lines.toString()))
                    .build();
            appender.sendAsync(request, BodyHandlers.discarding())
                    .thenAccept(answer -> assertThat(answer.statusCode()).isEqualTo(201));
        }
    }

    private void open(HttpClient tails, URI node, int key) {
        tails.request(HttpMethod.GET, node.getPort(), node.getHost(), "/v1/logs/many/tail?key=k" + key)
                .compose(request -> request.send())
                .onFailure(failures::add)
                .onSuccess(
                        response -> response.handler(RecordParser.newDelimited("\n", line -> take(line.toString()))));
    }

    private void take(String line) {
        if (line.startsWith(": open")) {
            opened.incrementAndGet();
        } else if (line.startsWith("data: ")) {
            int at = line.indexOf("\"value\":") + 8;
            int end = at;
            while (Character.isDigit(line.charAt(end))) {
                end++;
            }
            latencies[arrived.getAndIncrement()] = System.nanoTime() - Long.parseLong(line.substring(at, end));
        }
    }

    /** Returns the bytes that the node has in memory after a collection. */
    private static long memory(ChildNode node) throws Exception {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder(jcmd, Long.toString(node.pid()), "GC.run")
                    .start()
                    .waitFor();
        }
        return resident(node.pid());
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    private static void send(java.net.http.HttpClient client, String method, String url, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
    }
}
