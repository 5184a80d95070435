package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.record.KeyHash;
import io.forelog.server.control.HotPins;
import io.forelog.server.live.HotKeys;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is read most: each node counts the reads that it serves. */
final class AnalyticsApi {

    private static final String NAME = "hot-keys";
    private static final int LIMIT_DEFAULT = 20;
    private static final int LIMIT_MAX = 500;
    private static final Comparator<JsonNode> MOST_READ = Comparator.comparingLong(
                    (JsonNode key) -> key.path("reads").asLong())
            .reversed();

    private final MetadataStore metadata;
    private final HotKeys hotKeys;
    private final ClusterDocuments documents;

    AnalyticsApi(MetadataStore metadata, HotKeys hotKeys, ClusterDocuments documents) {
        this.metadata = metadata;
        this.hotKeys = hotKeys;
        this.documents = documents;
    }

    void register(Routes routes) {
        // All that is known: a key that is among the hottest of all need not be so on each node.
        documents.serve(NAME, log -> known(logs(log.isEmpty() ? null : log)));
        routes.get("/v1/analytics/hot-keys", this::hotKeys);
    }

    private record Hot(Log log, HotKeys.HotKey key) {}

    private void hotKeys(Call call) {
        int limit = (int) call.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        var name = call.query("log");
        var here = known(logs(name));
        call.on(
                documents.gather(
                        NAME,
                        name == null ? "" : name,
                        (own, said) -> spread(hottest(own, said.values(), limit)),
                        here),
                document -> call.json(200, document));
    }

    private Collection<Log> logs(@Nullable String name) {
        return name == null
                ? metadata.state().logs().values()
                : List.of(metadata.state().log(name));
    }

    private ObjectNode known(Collection<Log> logs) {
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("keys");
        logs.stream()
                .flatMap(this::hot)
                .sorted(Comparator.comparingDouble((Hot hot) -> hot.key().reads())
                        .reversed())
                .limit(LIMIT_MAX)
                .forEach(hot -> {
                    var each = list.addObject().put("log", hot.log().name());
                    var text = RecordWriter.text(hot.key().key());
                    if (text == null) {
                        each.put("keyBase64", hot.key().key());
                    } else {
                        each.put("key", text);
                    }
                    each.put("shard", hot.key().shard())
                            .put("reads", Math.round(hot.key().reads()))
                            .put("error", Math.round(hot.key().error()));
                });
        return document;
    }

    /** Adds up what the nodes counted of the same key. */
    private static ObjectNode hottest(ObjectNode here, Collection<JsonNode> said, int limit) {
        Map<List<String>, ObjectNode> byKey = new LinkedHashMap<>();
        Stream.concat(Stream.of(here), said.stream())
                .flatMap(document -> document.path("keys").valueStream())
                .forEach(key -> byKey.merge(name(key), (ObjectNode) key, AnalyticsApi::plus));
        here.putArray("keys")
                .addAll(byKey.values().stream().sorted(MOST_READ).limit(limit).toList());
        return here;
    }

    /** Adds which nodes serve the keys that no split can divide. */
    private ObjectNode spread(ObjectNode document) {
        var state = metadata.state();
        for (var key : document.path("keys")) {
            var log = state.find(key.path("log").asText());
            for (var plan : state.plans().plans().values()) {
                var nodes = log != null && pins(plan, log, key) ? HotPins.nodes(plan, state) : Set.<String>of();
                if (!nodes.isEmpty()) {
                    var spread = ((ObjectNode) key).putObject("spread").put("plan", plan.id());
                    var list = spread.putArray("nodes");
                    nodes.stream().sorted().forEach(list::add);
                }
            }
        }
        return document;
    }

    private static boolean pins(Plan plan, Log log, JsonNode key) {
        return plan.kind() == PlanKind.PIN
                && plan.change().incarnation() == log.incarnation()
                && key.has("key")
                && plan.change().at().orElseThrow()
                        == KeyHash.of(
                                key.path("key").asText().getBytes(StandardCharsets.UTF_8),
                                log.settings().keyDelimiter());
    }

    private static List<String> name(JsonNode key) {
        return List.of(
                key.path("log").asText(),
                key.has("key") ? "text" : "bytes",
                key.path(key.has("key") ? "key" : "keyBase64").asText());
    }

    private static ObjectNode plus(ObjectNode one, ObjectNode other) {
        for (var figure : List.of("reads", "error")) {
            one.put(figure, one.path(figure).asLong() + other.path(figure).asLong());
        }
        return one;
    }

    private Stream<Hot> hot(Log log) {
        return hotKeys.top(log.incarnation(), LIMIT_MAX).stream().map(key -> new Hot(log, key));
    }
}
