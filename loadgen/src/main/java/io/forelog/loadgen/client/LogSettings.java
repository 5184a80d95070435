package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a log is created with; null leaves the choice to the server.
 *
 * @param shards at least 1
 * @param fsync {@code always} or {@code interval}
 */
public record LogSettings(
        @Nullable Integer shards, @Nullable String fsync) {

    /** Everything as the server likes it. */
    public static final LogSettings DEFAULT = new LogSettings(null, null);

    ObjectNode toJson() {
        var json = Json.MAPPER.createObjectNode();
        if (shards != null) {
            json.put("shards", shards);
        }
        if (fsync != null) {
            json.put("fsync", fsync);
        }
        return json;
    }
}
