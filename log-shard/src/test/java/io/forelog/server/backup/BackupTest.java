package io.forelog.server.backup;

import static io.forelog.server.NodeFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.server.NodeFixture;
import io.forelog.storage.S3Server;
import io.forelog.storage.archive.ArchiveStore;
import io.forelog.storage.archive.DirectoryArchive;
import io.forelog.storage.archive.S3Archive;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's logs are copied while it is written to, and come to be on another node as they were. */
class BackupTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LOG = "/v1/logs/kept";

    @TempDir
    private Path folder;

    @Test
    void everyRecordIsRestoredAtItsAddressWithLineageAndCursors() throws IOException {
        try (var from = NodeFixture.start(folder.resolve("from"));
                var to = NodeFixture.start(folder.resolve("to"))) {
            from.put(LOG, "{\"shards\":2,\"keyDelimiter\":\"/\",\"retention\":{\"age\":\"P30D\"}}");
            append(from, 0, 40);
            plan(from, "/shards/0/split", "{\"at\":\"4000000000000000\"}");
            append(from, 40, 40);
            plan(from, "/shards/3/merge", "{\"with\":1}");
            append(from, 80, 40);
            var read = from.get(LOG + "/cursors/half/records?limit=50");
            from.put(
                    LOG + "/cursors/half",
                    "{\"position\":\""
                            + read.headers().firstValue("Next-Cursor").orElseThrow() + "\"}");
            var over = new AtomicBoolean();
            var writer = CompletableFuture.runAsync(() -> {
                for (int i = 1_000; !over.get(); i++) {
                    append(from, i, 1);
                }
            });

            long copied = backup(from);
            over.set(true);
            writer.join();
            long restored = restore(to);

            assertThat(restored).isEqualTo(copied).isGreaterThanOrEqualTo(120);
            var shards = json(to.get(LOG + "/shards")).path("shards");
            assertThat(shards)
                    .hasSize(5)
                    .extracting(shard -> shard.path("state").asText())
                    .containsExactly("SEALED", "SEALED", "OPEN", "SEALED", "OPEN");
            for (var shard : shards) {
                assertSame(from, to, shard);
            }
            assertThat(json(to.get(LOG)).path("retention").path("age").asText()).isEqualTo("P30D");
            assertThat(json(to.get(LOG + "/cursors/half")).path("addresses"))
                    .isEqualTo(json(from.get(LOG + "/cursors/half")).path("addresses"));
            assertThatThrownBy(() -> restore(to)).hasMessageContaining("has a log 'kept'");
        }
    }

    @Test
    void aBackupThatIsDamagedIsNotRestored() throws IOException {
        try (var from = NodeFixture.start(folder.resolve("from"))) {
            from.put(LOG, "{\"shards\":1}");
            append(from, 0, 10);
            backup(from);
            assertThat(from.send("DELETE", LOG, null).statusCode()).isEqualTo(204);
            var part = folder.resolve("backup/logs/kept/0/0.batches");
            var bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 1;
            Files.write(part, bytes);

            assertThatThrownBy(() -> restore(from)).hasMessageContaining("0.batches is damaged");
            assertThatThrownBy(() -> backup(from)).hasMessageContaining("there is a backup already");
        }
    }

    @Test
    void aLogThatRetentionShortenedIsRestoredAtItsAddresses() throws IOException {
        try (var from = NodeFixture.start(
                        folder.resolve("from"), "storage.segmentBytes=64KiB", "storage.housekeepingInterval=PT0.1S");
                var to = NodeFixture.start(folder.resolve("to"))) {
            from.put(LOG, "{\"shards\":1}");
            appendLarge(from, 0, 40);
            from.send(
                    "PATCH",
                    LOG,
                    "{\"retention\":{\"bytes\":150000}}".getBytes(StandardCharsets.UTF_8),
                    "Content-Type",
                    "application/json");
            await().atMost(SOON).until(() -> shard(from).path("startOffset").asLong() > 0);
            plan(from, "/shards/0/split", "{}");

            long copied = backup(from);
            long restored = restore(to);

            long start = shard(to).path("startOffset").asLong();
            assertThat(start).isPositive();
            assertThat(restored).isEqualTo(copied).isEqualTo(40 - start);
            var run = LOG + "/shards/0/records?limit=100&from=" + shard(from).path("startOffset");
            assertThat(to.get(run).body()).isEqualTo(from.get(run).body());
            to.restart();
            assertThat(to.get(LOG + "/shards/0/records/" + (start - 1)).statusCode())
                    .isEqualTo(410);
            assertThat(to.get(LOG + "/shards/0/records/" + start).statusCode()).isEqualTo(200);
            assertThat(shard(to).path("highWatermark").asLong()).isEqualTo(40);
        }
    }

    private static JsonNode shard(NodeFixture node) {
        return json(node.get(LOG + "/shards/0"));
    }

    /** Values of which eight fill a segment. */
    private static void appendLarge(NodeFixture node, int first, int count) {
        for (int i = first; i < first + count; i++) {
            appendOnce(node, "{\"key\":\"k\",\"value\":\"" + (i + "-").repeat(2_500) + "\"}");
        }
    }

    @Test
    @Tag("long")
    void aBackupInABucketIsRestored() throws Exception {
        try (var server = S3Server.start("backups");
                var from = NodeFixture.start(folder.resolve("from"));
                var to = NodeFixture.start(folder.resolve("to"))) {
            from.put(LOG, "{\"shards\":2}");
            append(from, 0, 40);
            Supplier<ArchiveStore> bucket = () -> new S3Archive(new S3Archive.Address(
                    Optional.of(server.endpoint()),
                    "us-east-1",
                    "backups",
                    "monday/",
                    Optional.of("key"),
                    Optional.of("secret")));

            long copied = backup(from, bucket);
            long restored = restore(to, bucket);

            assertThat(restored).isEqualTo(copied).isEqualTo(40);
            for (var shard : json(to.get(LOG + "/shards")).path("shards")) {
                assertSame(from, to, shard);
            }
            assertThatThrownBy(() -> backup(from, bucket)).hasMessageContaining("there is a backup already");
        }
    }

    /** With a producer, whose batches are not stored as they would come from nobody. */
    private static void append(NodeFixture node, int first, int count) {
        for (int i = first; i < first + count; i++) {
            var body = "{\"key\":\"user-" + i % 17 + "/" + i + "\",\"value\":{\"n\":" + i + "},\"headers\":{\"n\":\""
                    + i + "\"}}";
            appendOnce(
                    node, body, "Producer-Id", Integer.toString(i), "Producer-Epoch", "0", "Producer-Seq", "0");
        }
    }

    /** A node that has to wait long for a processor has no leader for a moment, and appends nothing. */
    private static void appendOnce(NodeFixture node, String body, String... headers) {
        await().atMost(SOON).untilAsserted(() -> {
            var answer = node.append("kept", body, headers);
            assertThat(answer.statusCode())
                    .as(new String(answer.body(), StandardCharsets.UTF_8))
                    .isEqualTo(201);
        });
    }

    private static void plan(NodeFixture node, String path, String body) {
        var begun = node.send(
                "POST", LOG + path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
        var location = begun.headers().firstValue("Location").orElseThrow();
        await().atMost(SOON)
                .until(() -> json(node.get(location)).path("state").asText().equals("WATCH"));
    }

    private long backup(NodeFixture node) {
        return backup(node, this::directory);
    }

    private static long backup(NodeFixture node, Supplier<ArchiveStore> place) {
        try (var api = api(node);
                var store = place.get()) {
            return new Backup(api, store, Clock.systemUTC(), line -> {}).run(List.of());
        }
    }

    private long restore(NodeFixture node) {
        return restore(node, this::directory);
    }

    private static long restore(NodeFixture node, Supplier<ArchiveStore> place) {
        try (var api = api(node);
                var store = place.get()) {
            return new Restore(api, store, line -> {}).run();
        }
    }

    private ArchiveStore directory() {
        return new DirectoryArchive(folder.resolve("backup"));
    }

    private static NodeApi api(NodeFixture node) {
        return new NodeApi(HttpClient.newHttpClient(), node.url(), null);
    }

    /** What is in a shard that was restored is what the other node has at the same addresses. */
    private static void assertSame(NodeFixture from, NodeFixture to, JsonNode shard) {
        var run = LOG + "/shards/" + shard.path("shard").asInt() + "/records?limit=10000";
        var there = new String(to.get(run).body(), StandardCharsets.UTF_8);
        assertThat(new String(from.get(run).body(), StandardCharsets.UTF_8)).startsWith(there);
        assertThat(there.lines().count()).isEqualTo(shard.path("highWatermark").asLong());
    }
}
