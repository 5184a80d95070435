package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real nodes under load whose shards are split, merged, moved and put back by chance, while nodes are killed,
 * stopped and cut off at whatever state a plan is in: everything is read back, and is there once, in order, as it was
 * sent.
 */
class ReshapedUnderLoadTest {

    /** Long enough for some plans to be rolled back; until it is over a shard that moved takes no other plan. */
    private static final String WATCH = "PT3S";

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PLAN_MAX = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(50);
    /** No plan is begun after that: what was done by then is looked over all the same. */
    private static final Duration RUN_MAX = Duration.ofSeconds(Integer.getInteger("seconds", 7_200));

    private static final int OPEN_MAX = 12;

    /** Why no plan was begun, and how often. */
    private final Map<String, Integer> refusals = new TreeMap<>();

    @TempDir
    private Path folder;

    @Test
    @Tag("long")
    void aThousandPlansUnderFaultsLoseDoubleReorderAndAlterNothing() throws Exception {
        run(Integer.getInteger("plans", 1_000), Long.getLong("seed", System.nanoTime()));
    }

    private void run(int plans, long seed) throws Exception {
        System.out.println("seed " + seed + ", " + plans + " plans");
        var random = new Random(seed);
        try (var cluster = TestCluster.start(folder, 3, Map.of("plans.watch", WATCH));
                var load = new ClusterLoad(cluster, 0.1, PATIENCE, seed)) {
            int done = 0;
            long end = System.nanoTime() + RUN_MAX.toNanos();
            for (int tries = 0; done < plans && tries < 5 * plans && System.nanoTime() < end; tries++) {
                done += plan(cluster, random) ? 1 : 0;
            }
            var known = cluster.json("n1", "/v1/plans");
            var result = load.end();

            System.out.println(done + " plans, pauses " + known.path("cutoverPause"));
            System.out.println(result.errors() + ", " + result.retries() + " retries, " + result.verify());
            System.out.println("not begun: " + refusals);
            assertThat(done == plans || System.nanoTime() >= end).as(done + " plans").isTrue();
            assertThat(result.verify().isFaultless())
                    .as(result.verify().toString())
                    .isTrue();
            assertThat(result.wrongReads()).isZero();
            assertThat(known.path("plans")).allSatisfy(plan -> assertThat(plan.path("checks"))
                    .as(plan.toString())
                    .allMatch(check -> check.path("passed").booleanValue()));
            cluster.endAndAssertSameEverywhere();
        }
    }

    /** Begins a plan by chance and waits until it is over; returns whether it was one. */
    private boolean plan(TestCluster cluster, Random random) throws Exception {
        var names = cluster.names();
        var asked = names.get(random.nextInt(names.size()));
        var begun = begun(cluster, asked, random);
        long id = begun.path("id").asLong();
        if (id == 0) {
            refusals.merge(begun.path("detail").asText(), 1, Integer::sum);
            return false;
        }
        if (random.nextInt(4) == 0) {
            disturb(cluster, random);
        }
        await(cluster, asked, id);
        return true;
    }

    /** For as long as a plan may need some of its steps. */
    private static void disturb(TestCluster cluster, Random random) throws Exception {
        var names = cluster.names();
        var node = names.get(random.nextInt(names.size()));
        var peer = names.get((names.indexOf(node) + 1) % names.size());
        var fault = Fault.values()[random.nextInt(Fault.values().length)];
        // A cutover takes milliseconds, a copy some more: at once, or a little later.
        Fault.pass(Duration.ofMillis(random.nextInt(200)));
        fault.strike(cluster, node, peer);
        Fault.pass(Fault.between(random, Duration.ofMillis(200), Duration.ofMillis(1_500)));
        fault.mend(cluster, node);
    }

    private static JsonNode begun(TestCluster cluster, String node, Random random) throws Exception {
        var open = open(cluster, node);
        if (open.isEmpty()) {
            return MissingNode.getInstance();
        }
        var shard = open.get(random.nextInt(open.size()));
        var path =
                "/v1/logs/" + ClusterLoad.LOG + "/shards/" + shard.path("shard").asInt();
        int kind = open.size() > OPEN_MAX ? 1 : open.size() == 1 ? 0 : random.nextInt(4);
        return switch (kind) {
            case 0 -> cluster.tell(node, path + "/split", "{}");
            case 1 -> {
                int lower = random.nextInt(open.size() - 1);
                yield cluster.tell(
                        node,
                        "/v1/logs/" + ClusterLoad.LOG + "/shards/"
                                + open.get(lower).path("shard").asInt() + "/merge",
                        "{\"with\":" + open.get(lower + 1).path("shard").asInt() + "}");
            }
            case 2 -> {
                var others = cluster.names().stream()
                        .filter(name -> !name.equals(shard.path("leader").asText()))
                        .toList();
                yield cluster.tell(
                        node, path + "/move", "{\"to\":\"" + others.get(random.nextInt(others.size())) + "\"}");
            }
            default -> rolledBack(cluster, node);
        };
    }

    private static JsonNode rolledBack(TestCluster cluster, String node) throws Exception {
        for (var plan : plans(cluster, node)) {
            if (plan.path("rollbackable").asBoolean() && !plan.has("undoes")) {
                return cluster.tell(node, "/v1/plans/" + plan.path("id").asLong() + "/rollback", "");
            }
        }
        return MissingNode.getInstance();
    }

    private static List<JsonNode> open(TestCluster cluster, String node) throws InterruptedException {
        try {
            var open = new ArrayList<JsonNode>();
            cluster.json(node, "/v1/logs/" + ClusterLoad.LOG + "/shards")
                    .path("shards")
                    .forEach(shard -> {
                        if (shard.path("state").asText().equals("OPEN")) {
                            open.add(shard);
                        }
                    });
            open.sort((one, other) -> one.path("range")
                    .path("from")
                    .asText()
                    .compareTo(other.path("range").path("from").asText()));
            return open;
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Iterable<JsonNode> plans(TestCluster cluster, String node) throws InterruptedException {
        try {
            return cluster.json(node, "/v1/plans").path("plans");
        } catch (IOException e) {
            return List.of();
        }
    }

    /** A rollback is over when the plan that it takes back says so. */
    private static void await(TestCluster cluster, String node, long id) throws InterruptedException {
        long end = System.nanoTime() + PLAN_MAX.toNanos();
        var last = "";
        while (System.nanoTime() < end) {
            boolean busy = false;
            for (var plan : plans(cluster, node)) {
                var state = plan.path("state").asText();
                boolean isWatched =
                        state.equals("WATCH") && !plan.path("checks").isEmpty();
                boolean isOver = isWatched
                        || List.of("DONE", "CANCELLED", "ROLLED_BACK", "FAILED").contains(state);
                busy |= !isOver;
                last = plan.path("id").asLong() == id ? plan.toString() : last;
            }
            if (!busy && !last.isEmpty()) {
                return;
            }
            Fault.pass(POLL);
        }
        throw new AssertionError("plan " + id + " is not over: " + last);
    }
}
