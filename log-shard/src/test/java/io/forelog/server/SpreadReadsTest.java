package io.forelog.server;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, two of which have each shard: the reads of a hot key go to more of them than to its leader. */
@TestInstance(Lifecycle.PER_CLASS)
class SpreadReadsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int RECORDS = 40;
    private static final int HISTORIES = 5;

    private final List<NodeFixture> nodes = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        for (var name : List.of("n1", "n2", "n3")) {
            var founder = nodes.isEmpty() ? "" : nodes.getFirst().url().substring("http://".length());
            nodes.add(NodeFixture.start(
                    data.resolve(name),
                    "node.name=" + name,
                    "cluster.join=" + founder,
                    "cache.local.bytesMax=1KiB",
                    "append.timeout=PT25S",
                    "read.timeout=PT25S"));
        }
    }

    @AfterAll
    void end() {
        nodes.reversed().forEach(NodeFixture::close);
    }

    /** Where a log's only shard is; its leader may change at any time. */
    private record Placed(NodeFixture leader, NodeFixture follower, NodeFixture other) {}

    /** Of some reads, those that were answered by a replica that does not lead. */
    private record Reads(long ofKey, long byAddress) {
        static final Reads NONE = new Reads(0, 0);
    }

    @Test
    void aPinnedKeyIsReadFromItsReplicasUntilThatIsTakenBack() {
        create("hot");
        assertThat(read("hot")).isEqualTo(Reads.NONE);
        var placed = placed("hot");

        var begun = placed.other()
                .send(
                        "POST",
                        "/v1/logs/hot/shards/0/pin",
                        "{\"key\":\"star\"}".getBytes(UTF_8),
                        "Content-Type",
                        "application/json");
        assertThat(begun.statusCode()).as(text(begun)).isEqualTo(202);
        long plan = json(begun).get("id").asLong();
        await().atMost(SOON).until(() -> nodes.stream()
                .allMatch(node -> served(node, "hot").at("/spread/nodes").size() == 3));
        assertThat(served(placed.leader(), "hot").at("/spread/plan").asLong()).isEqualTo(plan);

        await().atMost(SOON).untilAsserted(() -> {
            var reads = read("hot");
            assertThat(reads.ofKey()).isGreaterThanOrEqualTo(HISTORIES);
            assertThat(reads.byAddress()).isBetween(1L, RECORDS - 1L);
        });
        appendedIsReadAtOnce(placed);
        await().atMost(SOON).until(() -> {
            var together = IntStream.range(0, 16)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> placed.other().get("/v1/logs/hot/keys/star")))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(together).join();
            return metric(placed.other(), "forelog_reads_spread_shared_total") > 0;
        });

        var ended = placed.other().send("POST", "/v1/plans/" + plan + "/rollback", new byte[0]);
        assertThat(json(ended).get("state").asText()).as(text(ended)).isEqualTo("ROLLED_BACK");
        await().atMost(SOON)
                .until(() -> nodes.stream().allMatch(node -> !served(node, "hot").has("spread")));
        assertThat(read("hot")).isEqualTo(Reads.NONE);
    }

    /** A follower answers by itself, and yet all that was acknowledged anywhere before it was asked. */
    private static void appendedIsReadAtOnce(Placed placed) {
        for (int i = 0; i < 50; i++) {
            append(placed.leader(), "hot", "n" + i);

            assertThat(text(placed.follower().get("/v1/logs/hot/keys/star"))).isEqualTo("\"n" + i + "\"");
            assertThat(text(placed.follower().get("/v1/logs/hot/keys/star/records?order=desc&limit=1")))
                    .contains("\"n" + i + "\"");
            assertThat(text(placed.other().get("/v1/logs/hot/keys/star"))).isEqualTo("\"n" + i + "\"");
        }
    }

    /** With a limit that the key passes, and then with one that it is far below. */
    @Test
    @Tag("long")
    void theManagerSpreadsAKeyThatIsTooHotForItsLeaderAndTakesThatBackWhenItIsCool() {
        create("crowd");
        policy("reactive", 2);

        await().atMost(Duration.ofMinutes(5)).until(() -> {
            read("crowd");
            return served(nodes.getLast(), "crowd").has("spread");
        });
        assertThat(decision("pin").get("reason").asText()).contains("the key star alone carries");
        assertThat(decision("pin").at("/cost/targetLoad").asDouble()).isPositive();
        await().atMost(SOON).until(() -> read("crowd").ofKey() > 0);

        policy("reactive", 100_000);
        await().atMost(Duration.ofMinutes(5))
                .until(() -> nodes.stream().allMatch(node -> !served(node, "crowd").has("spread")));
        assertThat(decision("unpin").get("reason").asText()).contains("the key star carries");
        assertThat(read("crowd")).isEqualTo(Reads.NONE);
    }

    private void policy(String mode, int limit) {
        var put = nodes.getFirst()
                .put(
                        "/v1/policy",
                        "{\"mode\":\"" + mode + "\",\"thresholds\":{\"shardLimit\":" + limit
                                + ",\"sustainMinutes\":1}}",
                        "Content-Type",
                        "application/json");
        assertThat(put.statusCode()).as(text(put)).isEqualTo(200);
    }

    private JsonNode decision(String action) {
        return StreamSupport.stream(
                        json(nodes.getFirst().get("/v1/decisions"))
                                .path("decisions")
                                .spliterator(),
                        false)
                .filter(each -> each.path("action").asText().equals(action))
                .findFirst()
                .orElseThrow();
    }

    private void create(String log) {
        var created = nodes.getFirst().put("/v1/logs/" + log, "{\"shards\":1,\"replicas\":2}");
        assertThat(created.statusCode()).as(text(created)).isEqualTo(201);
        for (int i = 0; i < RECORDS; i++) {
            append(nodes.getFirst(), log, "v" + i);
        }
    }

    private Placed placed(String log) {
        var shard = json(nodes.getFirst().get("/v1/logs/" + log + "/shards/0"));
        var leader = shard.get("leader").asText();
        var replicas = StreamSupport.stream(shard.get("replicas").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        var follower = replicas.stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
        var other = List.of("n1", "n2", "n3").stream()
                .filter(name -> !replicas.contains(name))
                .findFirst()
                .orElseThrow();
        return new Placed(node(leader), node(follower), node(other));
    }

    private NodeFixture node(String name) {
        return nodes.get(name.charAt(1) - '1');
    }

    private static void append(NodeFixture node, String log, String value) {
        await().atMost(SOON)
                .until(() -> node.append(log, "{\"key\":\"star\",\"value\":\"" + value + "\"}")
                                .statusCode()
                        == 201);
    }

    /** Reads the key where the shard is and where it is not, and its records one by one where it is not. */
    private Reads read(String log) {
        var placed = placed(log);
        long before = atReplicas();
        for (int i = 0; i < HISTORIES; i++) {
            for (var node : nodes) {
                assertThat(node.get("/v1/logs/" + log + "/keys/star").statusCode())
                        .isEqualTo(200);
            }
            var history = placed.follower().get("/v1/logs/" + log + "/keys/star/records?limit=1000");
            assertThat(text(history).lines().count()).isGreaterThanOrEqualTo(RECORDS);
        }
        long between = atReplicas();
        for (int offset = 0; offset < RECORDS; offset++) {
            assertThat(text(placed.other().get("/v1/logs/" + log + "/shards/0/records/" + offset)))
                    .isEqualTo("\"v" + offset + "\"");
        }
        return new Reads(between - before, atReplicas() - between);
    }

    private static JsonNode served(NodeFixture node, String log) {
        return json(node.get("/v1/analytics/hot-keys?log=" + log)).at("/keys/0");
    }

    private long atReplicas() {
        return nodes.stream()
                .mapToLong(node -> metric(node, "forelog_reads_spread_replica_total"))
                .sum();
    }

    private static long metric(NodeFixture node, String name) {
        return text(node.get("/metrics")).lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
