package io.forelog.loadgen.torture.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.torture.cluster.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A plan begun by hand through the API, and followed until it is watched or over. */
abstract class Reshape implements Fault {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PLAN_MAX = Duration.ofMinutes(3);
    private static final Set<String> SETTLED = Set.of("WATCH", "DONE", "CANCELLED", "ROLLED_BACK", "FAILED");

    private String plan = "";

    @Override
    public final Lane lane() {
        return Lane.PLANS;
    }

    @Override
    public final Optional<String> begin(Scene scene) throws IOException, InterruptedException {
        try {
            var asked = ask(scene);
            return asked.isEmpty() ? Optional.empty() : begun(scene, asked.get());
        } catch (IOException e) {
            // The node that was asked is down, or stands still: that is another lane's doing.
            return Optional.empty();
        }
    }

    private Optional<String> begun(Scene scene, Asked asked) throws IOException, InterruptedException {
        var answer = scene.cluster().post(scene.anyLiving(), asked.path(), asked.document());
        if (answer.statusCode() != 202 && answer.statusCode() != 200) {
            // Another plan is under way, or a node is down: that is for another time.
            return Optional.empty();
        }
        plan = JSON.readTree(answer.body()).path("id").asText();
        return Optional.of(asked.what() + ", plan " + plan);
    }

    /**
     * What is asked of the API.
     *
     * @param document empty for none
     * @param what in words
     */
    record Asked(String path, String document, String what) {}

    abstract Optional<Asked> ask(Scene scene) throws IOException, InterruptedException;

    @Override
    public final void end(Scene scene) throws IOException, InterruptedException {
        Waiting.until(
                "plan " + plan + " is done or watched",
                PLAN_MAX,
                () -> SETTLED.contains(scene.cluster()
                        .json(scene.anyLiving(), "/v1/plans/" + plan)
                        .path("state")
                        .asText()));
    }

    static String path(Scene scene, int shard, String verb) {
        return "/v1/logs/" + scene.log() + "/shards/" + shard + "/" + verb;
    }

    /** Returns the open shards, by their ranges. */
    static List<JsonNode> open(Scene scene) throws IOException, InterruptedException {
        var open = new ArrayList<JsonNode>();
        for (var shard : scene.cluster()
                .json(scene.anyLiving(), "/v1/logs/" + scene.log() + "/shards")
                .path("shards")) {
            if (shard.path("state").asText().equals("OPEN")) {
                open.add(shard);
            }
        }
        open.sort(java.util.Comparator.comparing(
                shard -> shard.path("range").path("from").asText()));
        return open;
    }
}
