package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A shard as the shard map tells it.
 *
 * @param startOffset the first offset still there
 * @param highWatermark the first offset that no reader sees yet
 */
public record ShardInfo(int shard, String state, long startOffset, long highWatermark) {

    /** Returns how many records can be read. */
    public long records() {
        return Math.max(0, highWatermark - startOffset);
    }

    static List<ShardInfo> list(JsonNode map) {
        var shards = new ArrayList<ShardInfo>();
        for (var shard : map.path("shards")) {
            shards.add(new ShardInfo(
                    shard.path("shard").asInt(),
                    shard.path("state").asText(),
                    shard.path("startOffset").asLong(),
                    shard.path("highWatermark").asLong()));
        }
        return List.copyOf(shards);
    }
}
