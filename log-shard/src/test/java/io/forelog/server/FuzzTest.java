package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.forelog.server.FuzzRequests.Sent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Requests that are nearly right, or not at all, as bytes on the wire: whatever comes, the node answers no 500, shows
 * nothing of its inside, keeps nothing, and serves on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzTest {

    private static final int CALLERS = 8;
    private static final int BETWEEN_CHECKS = 20_000;
    private static final long HEAP_GROWTH_MAX = 100L << 20;

    private final ListAppender<ILoggingEvent> errors = new ListAppender<>();
    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(
                data,
                "http.bodyBytesMax=1MiB",
                "http.bodyTimeout=PT0.05S",
                "http.tailHeartbeat=PT0.1S");
        keepLog();
        errors.start();
        ((Logger) LoggerFactory.getLogger("io.forelog")).addAppender(errors);
    }

    private void keepLog() {
        node.put("/v1/logs/a", "{\"shards\":2,\"fsync\":\"interval\"}");
    }

    @AfterAll
    void end() {
        ((Logger) LoggerFactory.getLogger("io.forelog")).detachAppender(errors);
        ((Logger) LoggerFactory.getLogger("io.netty")).detachAppender(errors);
        node.close();
    }

    @Test
    void nothingThatComesBreaksTheNode() throws Exception {
        fuzz(Integer.getInteger("fuzz.requests", 3_000), Duration.ofMinutes(2));
    }

    /** As many as fit into the time: {@code fuzz.seconds}, a part of a night, or a quarter of an hour. */
    @Test
    @Tag("long")
    void nothingOfAMillionRequestsBreaksTheNode() throws Exception {
        // What is leaked it finds only by chance, and only over a long time.
        ((Logger) LoggerFactory.getLogger("io.netty")).addAppender(errors);
        fuzz(20_000, Duration.ofMinutes(1));
        long before = heap();

        int sent = fuzz(1_000_000, Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 1_800)));

        long after = heap();
        System.out.printf("%d requests; heap %d, then %d MiB%n", sent, before >> 20, after >> 20);
        assertThat(after).isLessThan(before + HEAP_GROWTH_MAX);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Returns how many were sent within the time. */
    private int fuzz(int requests, Duration atMost) throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("seed " + seed);
        long end = System.nanoTime() + atMost.toNanos();
        var sent = new AtomicInteger();
        try (var callers = Executors.newFixedThreadPool(CALLERS)) {
            while (sent.get() < requests && System.nanoTime() < end) {
                keepLog();
                int from = sent.get();
                int until = Math.min(requests, from + BETWEEN_CHECKS);
                var tasks = new ArrayList<Callable<Void>>();
                for (int i = 0; i < CALLERS; i++) {
                    var made = new FuzzRequests(seed + from * 31L + i);
                    tasks.add(() -> {
                        while (sent.get() < until && System.nanoTime() < end) {
                            exchange(made, sent);
                        }
                        return null;
                    });
                }
                for (var task : callers.invokeAll(tasks)) {
                    task.get();
                }
                requireServing(seed);
            }
        }
        return sent.get();
    }

    private void requireServing(long seed) {
        assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
        node.put("/v1/logs/still", "{}");
        // The callers' last requests may still be under way, and a busy machine's node without a leader for a moment.
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                node.append("still", "{\"value\":1}").statusCode())
                        .isEqualTo(201));
        assertThat(errors.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR)
                                || event.getFormattedMessage().contains("LEAK"))
                        .map(ILoggingEvent::getFormattedMessage))
                .as("seed %d", seed)
                .isEmpty();
        // Of what came nothing is held: the one request under way is the question itself.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(gauge("http_server_under_way")).isLessThanOrEqualTo(1));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(gauge("http_server_pending_bytes")).isZero());
    }

    private double gauge(String name) {
        var value = Pattern.compile("(?m)^" + name + "(?:\\{.*})? ([0-9.E]+)$")
                .matcher(NodeFixture.text(node.get("/metrics")));
        assertThat(value.find()).as(name).isTrue();
        return Double.parseDouble(value.group(1));
    }

    /** A connection is used until a request or its answer ends it. */
    private void exchange(FuzzRequests made, AtomicInteger sent) throws IOException {
        var url = URI.create(node.url());
        try (var connection = new FuzzConnection(url.getHost(), url.getPort())) {
            for (boolean isOpen = true; isOpen; ) {
                var request = made.next();
                sent.incrementAndGet();
                isOpen = connection.exchange(request, answer -> check(request, answer));
            }
        }
    }

    private static void check(Sent request, FuzzConnection.Answer answer) {
        assertThat(answer.status())
                .as("%s%nanswered %s", request.text(), answer.text())
                .isNotEqualTo(500)
                .isBetween(100, 599);
        assertThat(answer.text()).doesNotContain("\tat ", "Exception", "io.forelog", "java.");
    }
}
