package io.forelog.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.forelog.server.backup.BackupManifest.ShardCopy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Splits and merges the shards of a log that is restored as they were, in the order of their children's numbers. */
final class Reshaping {

    private static final Duration PLAN_MAX = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Set<String> CUT = Set.of("WATCH", "DONE");
    private static final Set<String> FAILED = Set.of("CANCELLED", "ROLLED_BACK", "FAILED");

    private final NodeApi api;
    private final String path;

    Reshaping(NodeApi api, String log) {
        this.api = api;
        this.path = "/v1/logs/" + log + "/shards";
    }

    /**
     * Sees that a shard is there, by the plan that made it, if it was not there at first and no other came of the
     * same plan.
     */
    void open(ShardCopy shard, List<ShardCopy> all) {
        if (shard.parents().isEmpty() || api.get(path).path("shards").size() > shard.shard()) {
            return;
        }
        var body = JsonNodeFactory.instance.objectNode();
        if (shard.parents().size() == 1) {
            var sibling = all.stream()
                    .filter(other ->
                            other.shard() != shard.shard() && other.parents().equals(shard.parents()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("shard " + shard.shard() + " has no sibling"));
            body.put("at", max(shard.from(), sibling.from()));
            follow(api.send("POST", path + "/" + shard.parents().getFirst() + "/split", body));
        } else {
            body.put("with", shard.parents().getLast());
            follow(api.send("POST", path + "/" + shard.parents().getFirst() + "/merge", body));
        }
    }

    /** Hashes of as many hexadecimal digits each order as their texts do. */
    private static String max(String one, String other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void follow(JsonNode plan) {
        long deadline = System.nanoTime() + PLAN_MAX.toNanos();
        var planPath = "/v1/plans/" + plan.path("id").asText();
        for (var state = "";
                !CUT.contains(state);
                state = api.get(planPath).path("state").asText()) {
            if (FAILED.contains(state) || System.nanoTime() > deadline) {
                throw new IllegalStateException(planPath + " is " + state + " where it should have changed the map");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** @throws IllegalStateException if the map is not what it was */
    void requireSame(List<ShardCopy> wanted) {
        var map = api.get(path).path("shards");
        for (var shard : wanted) {
            var there = map.path(shard.shard());
            boolean isSame = there.path("range").path("from").asText().equals(shard.from())
                    && there.path("range").path("last").asText().equals(shard.last())
                    && !there.path("state").asText().equals("OPEN") == shard.sealed();
            if (!isSame) {
                throw new IllegalStateException("shard " + shard.shard() + " came to be " + there + ", not " + shard);
            }
        }
    }
}
