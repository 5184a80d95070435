package io.forelog.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A log's settings out of what the API shows of it, and back. */
final class LogSettingsCopy {

    /** What may not come into force before everything is there: it would delete, move or refuse records meanwhile. */
    private static final List<String> AT_LAST = List.of("retention", "archive", "valueBytesMax");

    private static final List<String> AT_FIRST =
            List.of("replicas", "ack", "fsync", "keyDelimiter", "critical", "compression");

    private LogSettingsCopy() {}

    /** Returns the settings that a log's document shows. */
    static ObjectNode of(JsonNode document) {
        var settings = JsonNodeFactory.instance.objectNode();
        AT_FIRST.forEach(name -> settings.set(name, document.path(name)));
        AT_LAST.forEach(name -> settings.set(name, document.path(name)));
        return settings;
    }

    /**
     * Returns what a log is created with.
     *
     * @param shards at first
     * @param nodes of the cluster, which bound its copies
     * @param valueBytes of the longest value
     */
    static ObjectNode created(JsonNode settings, int shards, int nodes, int valueBytes) {
        var body = JsonNodeFactory.instance.objectNode();
        AT_FIRST.forEach(name -> body.set(name, settings.path(name)));
        body.put("shards", shards);
        body.put("replicas", Math.min(nodes, settings.path("replicas").asInt()));
        body.put(
                "valueBytesMax",
                Math.max(valueBytes, settings.path("valueBytesMax").asInt()));
        return body;
    }

    /** Returns what it is changed to once everything is there. */
    static ObjectNode changed(JsonNode settings) {
        var body = JsonNodeFactory.instance.objectNode();
        AT_LAST.forEach(name -> body.set(name, settings.path(name)));
        return body;
    }
}
