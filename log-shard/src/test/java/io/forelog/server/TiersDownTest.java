package io.forelog.server;

import static io.forelog.server.NodeFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.ports.LocalPorts;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared caches die while records are read through them: no read fails, and none is wrong. */
class TiersDownTest {

    private static final int RECORDS = 400;
    private static final int READS = 3_000;

    @TempDir
    private Path here;

    @TempDir
    private Path there;

    @Test
    void noReadFailsWhenRedisAndTheRegionsOtherMemberAreKilled() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        int port = LocalPorts.free();
        String[] regional = {
            "cache.regional.enabled=true", "cache.regional.members=127.0.0.1:" + port, "cache.regional.port=" + port
        };
        try (var peer = ChildNode.start(there, with(regional, "cache.global.address=off"));
                // A local cache too small for anything, and the shared ones asked before the shard.
                var node = NodeFixture.start(
                        here,
                        with(
                                regional,
                                "cache.global.address=embedded",
                                "cache.local.bytesMax=1KiB",
                                "cache.order=tiers-first"))) {
            node.put("/v1/logs/read", "{\"shards\":1,\"critical\":true}");
            for (int i = 0; i < RECORDS; i++) {
                assertThat(node.append("read", "{\"value\":" + i + "}").statusCode())
                        .isEqualTo(201);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> ready(node, "regional") && ready(node, "global"));
            for (int i = 0; i < RECORDS; i++) {
                read(node, i);
            }

            for (int i = 0; i < READS; i++) {
                if (i == READS / 3) {
                    peer.kill();
                }
                if (i == READS / 2) {
                    redis().forEach(ProcessHandle::destroyForcibly);
                }
                int offset = random.nextInt(RECORDS);
                var answer = read(node, offset);
                assertThat(answer.statusCode()).as("read %d", i).isEqualTo(200);
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(Integer.toString(offset));
            }

            assertThat(tier(node, "regional").get("hits").longValue()).isPositive();
            assertThat(node.append("read", "{\"value\":\"still\"}").statusCode())
                    .isEqualTo(201);
        }
    }

    private static HttpResponse<byte[]> read(NodeFixture node, int offset) {
        return node.get("/v1/logs/read/shards/0/records/" + offset);
    }

    private static boolean ready(NodeFixture node, String tier) {
        return tier(node, tier).get("state").textValue().equals("READY");
    }

    private static JsonNode tier(NodeFixture node, String name) {
        for (var tier : json(node.get("/v1/caches")).get("tiers")) {
            if (tier.get("tier").textValue().equals(name)) {
                return tier;
            }
        }
        throw new AssertionError("no tier " + name);
    }

    private static List<ProcessHandle> redis() {
        var found = ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().command().orElse("").contains("redis"))
                .toList();
        assertThat(found).as("Redis runs as a child").isNotEmpty();
        return found;
    }

    private static String[] with(String[] settings, String... more) {
        var all = Arrays.copyOf(settings, settings.length + more.length);
        System.arraycopy(more, 0, all, settings.length, more.length);
        return all;
    }
}
