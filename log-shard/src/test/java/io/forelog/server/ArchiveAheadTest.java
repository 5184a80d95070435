package io.forelog.server;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.storage.SmallDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Spliterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on a small disk, whose shard manager makes room by itself. */
class ArchiveAheadTest {

    private static final int DISK_BYTES = 160 << 20;
    private static final int APPENDS = 500;
    private static final String SHARD = "/v1/logs/old/shards/0";

    @TempDir
    private Path disk;

    @TempDir
    private Path archive;

    private @Nullable SmallDisk mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = SmallDisk.mount(disk, DISK_BYTES);
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            mounted.unmount();
        }
    }

    /** Of what is free and what shards hold together, the sealed shard takes more than the policy leaves it. */
    @Test
    void aSealedShardIsArchivedWhenItsDiskFillsAndIsReadAsBefore() throws Exception {
        try (var node = NodeFixture.start(
                disk,
                "archive.directory=" + archive,
                "storage.segmentBytes=256KiB",
                "storage.freeBytesMin=1MiB",
                "replication.walFileBytes=2MiB",
                "cache.local.bytesMax=1KiB",
                "plans.watch=PT1S")) {
            node.put("/v1/logs/old", "{\"shards\":1,\"archive\":{\"age\":\"P3650D\"}}");
            for (int i = 0; i < APPENDS; i++) {
                var value = (i + "-" + "x".repeat(8_000)).getBytes(StandardCharsets.UTF_8);
                assertThat(node.send(
                                        "POST",
                                        "/v1/logs/old/records?key=key-" + i % 10,
                                        value,
                                        "Content-Type",
                                        "text/plain")
                                .statusCode())
                        .isEqualTo(201);
            }
            node.send("POST", SHARD + "/split", null);
            await().atMost(Duration.ofSeconds(60)).until(() -> plans(node)
                    .anyMatch(plan -> plan.path("state").textValue().equals("DONE")));
            long held = json(node.get(SHARD)).get("bytes").longValue();
            long free = disk.toFile().getUsableSpace();
            double freeAt = free / (double) (free + held) + 0.001;

            node.put(
                    "/v1/policy",
                    "{\"mode\":\"hybrid\",\"thresholds\":{\"settleMinutes\":0,\"diskFreeAt\":" + freeAt + "}}",
                    "Content-Type",
                    "application/json");

            // The manager decides with the end of the minute.
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> json(node.get(SHARD)).get("state").textValue().equals("ARCHIVED"));
            assertThat(plans(node).filter(plan -> plan.path("kind").textValue().equals("ARCHIVE")))
                    .singleElement()
                    .satisfies(plan -> {
                        assertThat(plan.path("cause").textValue()).isEqualTo("LIMIT_PASSED");
                        assertThat(plan.path("bytesMoved").longValue()).isEqualTo(held);
                    });
            assertThat(elements(json(node.get("/v1/decisions")).get("decisions"))
                            .filter(decision ->
                                    decision.path("action").textValue().equals("archive")))
                    .singleElement()
                    .satisfies(decision -> {
                        assertThat(decision.path("carriedOut").booleanValue()).isTrue();
                        assertThat(decision.path("subject").textValue()).isEqualTo("old:0");
                    });
            assertThat(json(node.get(SHARD)).get("bytes").longValue()).isZero();
            assertThat(disk.toFile().getUsableSpace()).isGreaterThan(free + held / 2);
            try (var files = Files.walk(archive)) {
                assertThat(files.filter(Files::isRegularFile)).isNotEmpty();
            }
            for (int i = 0; i < APPENDS; i++) {
                assertThat(text(node.get(SHARD + "/records/" + i))).startsWith(i + "-");
            }
        }
    }

    private static Stream<JsonNode> plans(NodeFixture node) {
        return elements(json(node.get("/v1/plans")).get("plans"));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        Spliterator<JsonNode> each = array.spliterator();
        return StreamSupport.stream(each, false);
    }
}
