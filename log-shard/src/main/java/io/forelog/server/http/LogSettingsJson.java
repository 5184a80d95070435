package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.Ack;
import io.forelog.metadata.Bounds;
import io.forelog.metadata.Fsync;
import io.forelog.metadata.LogSettings;
import io.forelog.record.Compression;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log's settings as JSON. An unknown member is an error: a misspelt retention must not be passed over. */
final class LogSettingsJson {

    private static final int REPLICAS_WANTED = 3;
    /** A hundred years, which milliseconds before now can still count. */
    private static final Duration AGE_MAX = Duration.ofDays(36_525);

    private static final Set<String> CHANGEABLE =
            Set.of("ack", "fsync", "retention", "archive", "critical", "valueBytesMax");
    private static final Set<String> ALL = Set.of(
            "shards",
            "replicas",
            "ack",
            "fsync",
            "keyDelimiter",
            "retention",
            "archive",
            "critical",
            "valueBytesMax",
            "compression");

    private LogSettingsJson() {}

    /** Returns the settings of a new log in a cluster of {@code nodes}. */
    static LogSettings created(JsonNode body, int nodes) {
        requireKnown(body, ALL, "");
        var defaults = LogSettings.defaults(Math.min(REPLICAS_WANTED, nodes));
        int replicas = count(body, "replicas", defaults.replicas());
        if (replicas > nodes) {
            throw ProblemException.badRequest(
                    "replicas is at most the number of nodes, " + nodes + ", not " + replicas);
        }
        return new LogSettings(
                count(body, "shards", defaults.shards()),
                replicas,
                body.has("ack") ? Ack.parse(text(body, "ack")) : defaults.ack(),
                body.has("fsync") ? Fsync.parse(text(body, "fsync")) : defaults.fsync(),
                body.path("keyDelimiter").isNull() || !body.has("keyDelimiter") ? null : text(body, "keyDelimiter"),
                bounds(body, "retention", defaults.retention()),
                bounds(body, "archive", defaults.archive()),
                flag(body, "critical", defaults.critical()),
                count(body, "valueBytesMax", defaults.valueBytesMax()),
                body.has("compression") ? compression(text(body, "compression")) : defaults.compression());
    }

    /** Returns settings with what the body changes; what it does not name stays, within bounds too; null takes away. */
    static LogSettings changed(LogSettings old, JsonNode body) {
        requireKnown(body, CHANGEABLE, "cannot be changed or ");
        return new LogSettings(
                old.shards(),
                old.replicas(),
                body.has("ack") ? Ack.parse(text(body, "ack")) : old.ack(),
                body.has("fsync") ? Fsync.parse(text(body, "fsync")) : old.fsync(),
                old.keyDelimiter(),
                bounds(body, "retention", old.retention()),
                bounds(body, "archive", old.archive()),
                flag(body, "critical", old.critical()),
                count(body, "valueBytesMax", old.valueBytesMax()),
                old.compression());
    }

    static void write(LogSettings settings, ObjectNode into) {
        into.put("shards", settings.shards())
                .put("replicas", settings.replicas())
                .put("ack", settings.ack().toString())
                .put("fsync", settings.fsync().toString())
                .put("keyDelimiter", settings.keyDelimiter());
        write(settings.retention(), into.putObject("retention"));
        write(settings.archive(), into.putObject("archive"));
        into.put("critical", settings.critical())
                .put("valueBytesMax", settings.valueBytesMax())
                .put("compression", settings.compression().toString());
    }

    private static void write(Bounds bounds, ObjectNode into) {
        into.put("age", bounds.age() == null ? null : Durations.text(bounds.age()));
        into.put("bytes", bounds.bytes());
    }

    private static void requireKnown(JsonNode body, Set<String> known, String why) {
        body.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw ProblemException.badRequest("'" + name + "' " + why + "is not a setting; "
                        + known.stream().sorted().toList() + " are");
            }
        });
    }

    private static Bounds bounds(JsonNode body, String name, Bounds otherwise) {
        var node = body.get(name);
        if (node == null) {
            return otherwise;
        }
        if (node.isNull()) {
            return Bounds.NONE;
        }
        if (!node.isObject()) {
            throw ProblemException.badRequest(
                    "'" + name + "' is {\"age\":\"P7D\",\"bytes\":1000000}, either may be left out");
        }
        requireKnown(node, Set.of("age", "bytes"), "of " + name + " ");
        return new Bounds(
                node.has("age") ? age(node, name) : otherwise.age(),
                node.has("bytes") ? bytes(node, name) : otherwise.bytes());
    }

    private static @Nullable Duration age(JsonNode node, String name) {
        if (!node.hasNonNull("age")) {
            return null;
        }
        try {
            var age = Durations.parse(text(node, "age"));
            if (age.compareTo(AGE_MAX) <= 0) {
                return age;
            }
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest("'" + name + ".age' is a duration such as P7D, not " + node.get("age"));
        }
        throw ProblemException.badRequest(
                "'" + name + ".age' is at most " + Durations.text(AGE_MAX) + ", not " + node.get("age"));
    }

    private static @Nullable Long bytes(JsonNode node, String name) {
        if (!node.hasNonNull("bytes")) {
            return null;
        }
        if (!node.get("bytes").canConvertToLong() || !node.get("bytes").isIntegralNumber()) {
            throw ProblemException.badRequest("'" + name + ".bytes' is a whole number, not " + node.get("bytes"));
        }
        return node.get("bytes").longValue();
    }

    private static Compression compression(String name) {
        var compression = Compression.parse(name);
        if (compression == Compression.GZIP || compression == Compression.SNAPPY) {
            throw ProblemException.badRequest("a log's compression is none, lz4 or zstd, not " + name);
        }
        return compression;
    }

    private static int count(JsonNode body, String name, int otherwise) {
        var node = body.get(name);
        if (node == null) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw ProblemException.badRequest("'" + name + "' is a whole number, not " + node);
        }
        return node.intValue();
    }

    private static boolean flag(JsonNode body, String name, boolean otherwise) {
        var node = body.get(name);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw ProblemException.badRequest("'" + name + "' is true or false, not " + node);
        }
        return node.booleanValue();
    }

    private static String text(JsonNode body, String name) {
        var node = body.get(name);
        if (!node.isTextual()) {
            throw ProblemException.badRequest("'" + name + "' is a text, not " + node);
        }
        return node.textValue();
    }
}
