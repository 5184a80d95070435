package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention and archive, as a log's settings ask for them. */
class HousekeepingTest {

    private static final String[] SMALL_SEGMENTS = {
        "storage.segmentBytes=64KiB", "storage.housekeepingInterval=PT0.1S", "cache.local.bytesMax=1KiB"
    };
    private static final int APPENDS = 60;

    @TempDir
    private Path data;

    @TempDir
    private Path archive;

    @Test
    void retentionByBytesDeletesTheOldestSegmentsAndSaysSo() throws Exception {
        try (var node = NodeFixture.start(data, SMALL_SEGMENTS)) {
            node.put("/v1/logs/short", "{\"shards\":1,\"retention\":{\"bytes\":150000}}");
            fill(node, "short");

            await().atMost(Duration.ofSeconds(30)).until(() -> startOffset(node, "short") > 0);

            assertProblem(node.get("/v1/logs/short/shards/0/records/0"), 410, "record-expired");
            assertProblem(node.get("/v1/logs/short/shards/0/records?from=0"), 410, "record-expired");
            long first = startOffset(node, "short");
            assertThat(text(node.get("/v1/logs/short/shards/0/records/" + first)))
                    .startsWith(first + "-");
            assertThat(text(node.get("/v1/logs/short/shards/0/records/" + (APPENDS - 1))))
                    .startsWith(APPENDS - 1 + "-");
        }
    }

    @Test
    void archivedRecordsAreReadAtTheirOldAddresses() throws Exception {
        try (var node = NodeFixture.start(data, with("archive.directory=" + archive))) {
            node.put("/v1/logs/long", "{\"shards\":1,\"archive\":{\"bytes\":100000}}");
            fill(node, "long");

            await().atMost(Duration.ofSeconds(30)).until(() -> bytes(node) < APPENDS * 8_000 / 2);

            try (var files = Files.walk(archive)) {
                assertThat(files.filter(Files::isRegularFile)).isNotEmpty();
            }
            node.restart();
            for (int i = 0; i < APPENDS; i++) {
                assertThat(text(node.get("/v1/logs/long/shards/0/records/" + i)))
                        .startsWith(i + "-");
            }
            assertThat(text(node.get("/v1/logs/long/keys/key-3"))).startsWith("53-");
            assertThat(node.send("DELETE", "/v1/logs/long", null).statusCode()).isEqualTo(204);
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                try (var files = Files.walk(archive)) {
                    return files.noneMatch(Files::isRegularFile);
                }
            });
        }
    }

    @Test
    void aShardIsArchivedByHandAndReadAsBefore() throws Exception {
        try (var node = NodeFixture.start(data, with("archive.directory=" + archive))) {
            node.put("/v1/logs/hand", "{\"shards\":1}");
            fill(node, "hand");
            var split = node.send("POST", "/v1/logs/hand/shards/0/split", null);
            plan(node, split, "WATCH");
            var shard = "/v1/logs/hand/shards/0";
            var dry = json(node.send("POST", shard + "/archive?dryRun=true", null));
            assertThat(dry.get("cost").get("bytes").longValue()).isGreaterThan(APPENDS * 8_000 / 2);

            var archived = plan(node, node.send("POST", shard + "/archive", null), "WATCH");

            assertThat(archived.get("steps"))
                    .extracting(step -> step.get("state").textValue())
                    .containsExactly("PREPARE", "COPY", "VERIFY", "CUTOVER", "WATCH");
            assertThat(archived.get("bytesMoved").longValue()).isGreaterThan(APPENDS * 8_000 / 2);
            assertThat(archived.get("progress").doubleValue()).isEqualTo(1);
            assertThat(json(node.get(shard)).get("state").textValue()).isEqualTo("ARCHIVED");
            assertThat(json(node.get(shard)).get("bytes").longValue()).isZero();
            assertProblem(node.send("POST", shard + "/archive", null), 409, "plan-conflict");
            node.restart();
            for (int i = 0; i < APPENDS; i++) {
                assertThat(text(node.get(shard + "/records/" + i))).startsWith(i + "-");
            }
            assertThat(text(node.get("/v1/logs/hand/keys/key-3"))).startsWith("53-");
            // Of an open shard what is sealed goes, and it stays open.
            fill(node, "hand");
            plan(node, node.send("POST", "/v1/logs/hand/shards/1/archive", null), "WATCH");
            assertThat(json(node.get("/v1/logs/hand/shards/1")).get("state").textValue())
                    .isEqualTo("OPEN");
        }
    }

    private static JsonNode plan(NodeFixture node, HttpResponse<byte[]> begun, String state) {
        assertThat(begun.statusCode()).as(text(begun)).isEqualTo(202);
        var location = begun.headers().firstValue("Location").orElseThrow();
        return await().atMost(Duration.ofSeconds(60)).until(() -> json(node.get(location)), plan -> plan.get("state")
                .textValue()
                .equals(state));
    }

    @Test
    void belowTheReserveAppendsAreRefusedAndReadsGoOn() throws Exception {
        try (var node = NodeFixture.start(data)) {
            node.put("/v1/logs/full", "{\"shards\":1}");
            assertThat(node.append("full", "{\"value\":\"before\"}").statusCode())
                    .isEqualTo(201);

            node.set("storage.freeBytesMin", "1000000TiB");
            node.restart();

            assertProblem(node.append("full", "{\"value\":\"refused\"}"), 507, "disk-full");
            assertThat(text(node.get("/v1/logs/full/shards/0/records/0"))).isEqualTo("\"before\"");

            node.set("storage.freeBytesMin", "0");
            node.restart();

            assertThat(json(node.append("full", "{\"value\":\"after\"}"))
                            .get("records")
                            .get(0)
                            .get("offset")
                            .intValue())
                    .isEqualTo(1);
        }
    }

    /** Appends records of 8 KB, each beginning with its number and a dash. */
    private static void fill(NodeFixture node, String log) {
        for (int i = 0; i < APPENDS; i++) {
            var value = (i + "-" + "x".repeat(8_000)).getBytes(StandardCharsets.UTF_8);
            var response = node.send(
                    "POST", "/v1/logs/" + log + "/records?key=key-" + i % 10, value, "Content-Type", "text/plain");
            assertThat(response.statusCode()).isEqualTo(201);
        }
    }

    private static long startOffset(NodeFixture node, String log) {
        return json(node.get("/v1/logs/" + log + "/shards"))
                .get("shards")
                .get(0)
                .get("startOffset")
                .longValue();
    }

    private static long bytes(NodeFixture node) {
        return json(node.get("/v1/logs/long/shards"))
                .get("shards")
                .get(0)
                .get("bytes")
                .longValue();
    }

    private static String[] with(String more) {
        var all = Arrays.copyOf(SMALL_SEGMENTS, SMALL_SEGMENTS.length + 1);
        all[SMALL_SEGMENTS.length] = more;
        return all;
    }
}
