package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.record.KeyHash;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which node leads the shard of a key: appends are best sent there, for any other node passes them on. The shard map is
 * asked for now and then while a log is appended to; until it is known, or where it names none of the endpoints, any
 * of them is as good. Safe for use by several threads; never blocks.
 */
final class Leaders {

    private static final Logger LOG = LoggerFactory.getLogger(Leaders.class);
    /** How long a map is believed: an old one costs a step, no failure. */
    private static final Duration FRESH = Duration.ofSeconds(3);
    /** Beyond these a log's appends go to any node. */
    private static final int LOGS_MAX = 1_000;

    private final List<URI> endpoints;
    private final Function<String, Future<JsonNode>> get;
    private final LongSupplier nanoTime;
    private final Map<String, Known> logs = new ConcurrentHashMap<>();

    /**
     * @param shards those that take appends and whose leader is an endpoint
     * @param most the endpoint that leads most of them, null if none leads any
     */
    private record Known(long atNanos, @Nullable String delimiter, List<Led> shards, @Nullable URI most) {}

    /** A part of the hash space, both ends inclusive and unsigned, and where it is appended to. */
    private record Led(long from, long last, URI endpoint) {
        boolean contains(long hash) {
            return Long.compareUnsigned(from, hash) <= 0 && Long.compareUnsigned(hash, last) <= 0;
        }
    }

    /** @param get asks for a document of the API by its path */
    Leaders(List<URI> endpoints, Function<String, Future<JsonNode>> get, LongSupplier nanoTime) {
        this.endpoints = List.copyOf(endpoints);
        this.get = get;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns where to append a record, null for anywhere.
     *
     * @param key null for a record without one, which any shard takes
     */
    @Nullable
    URI of(String log, @Nullable String key) {
        if (endpoints.size() == 1) {
            return null;
        }
        long now = nanoTime.getAsLong();
        var known = logs.get(log);
        if (known == null || now - known.atNanos() >= FRESH.toNanos()) {
            refresh(log, known, now);
        }
        if (known == null) {
            return null;
        }
        return key == null ? known.most() : of(known, key);
    }

    private static @Nullable URI of(Known known, String key) {
        long hash = KeyHash.of(key.getBytes(StandardCharsets.UTF_8), known.delimiter());
        for (var shard : known.shards()) {
            if (shard.contains(hash)) {
                return shard.endpoint();
            }
        }
        return null;
    }

    /** One caller asks; the others go by what was known meanwhile. */
    private void refresh(String log, @Nullable Known known, long now) {
        var asking = known == null
                ? new Known(now, null, List.of(), null)
                : new Known(now, known.delimiter(), known.shards(), known.most());
        boolean isFirst = known == null
                ? logs.size() < LOGS_MAX && logs.putIfAbsent(log, asking) == null
                : logs.replace(log, known, asking);
        if (isFirst) {
            Future.all(get.apply(Paths.log(log)), get.apply(Paths.log(log) + "/shards"), get.apply("/v1/nodes"))
                    .map(all -> known(now, all.resultAt(0), all.resultAt(1), all.resultAt(2)))
                    .onSuccess(told -> logs.replace(log, asking, told))
                    .onFailure(failure -> LOG.debug("who leads the shards of '{}' is not known", log, failure));
        }
    }

    private Known known(long atNanos, JsonNode log, JsonNode map, JsonNode nodes) {
        var byName = new HashMap<String, URI>();
        for (var node : nodes.path("nodes")) {
            for (var endpoint : endpoints) {
                if (node.path("http").asText().equals(endpoint.getAuthority())) {
                    byName.put(node.path("name").asText(), endpoint);
                }
            }
        }
        var shards = new ArrayList<Led>();
        var led = new HashMap<URI, Integer>();
        for (var shard : map.path("shards")) {
            var endpoint = byName.get(shard.path("leader").asText());
            if (endpoint != null && "OPEN".equals(shard.path("state").asText())) {
                var range = shard.path("range");
                shards.add(new Led(hash(range.path("from")), hash(range.path("last")), endpoint));
                led.merge(endpoint, 1, Integer::sum);
            }
        }
        var most = led.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
        return new Known(atNanos, log.path("keyDelimiter").textValue(), List.copyOf(shards), most.orElse(null));
    }

    private static long hash(JsonNode hexadecimal) {
        return Long.parseUnsignedLong(hexadecimal.asText(), 16);
    }
}
