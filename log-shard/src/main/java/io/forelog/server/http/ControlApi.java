package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.error.NoSuchShardException;
import io.forelog.manager.SealedView;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.replication.ShardId;
import io.forelog.server.control.Accesses;
import io.forelog.server.control.ControlPlane;
import io.forelog.statistics.Counter;
import io.forelog.statistics.Dimension;
import io.forelog.statistics.Heat;
import io.forelog.statistics.Period;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the control plane saw, foresees and decided. */
final class ControlApi {

    private static final int MINUTES_SHOWN = 60;
    private static final int TEN_MINUTES_SHOWN = 144;
    private static final int NAMES_SHOWN = 10;
    private static final int NAME_MINUTES = 15;
    private static final long MINUTE_MILLIS = 60_000;
    /** Of the range, in the answer; several of those that are counted each. */
    private static final int SLICES_SHOWN = 16;
    /** An answer for more would be of megabytes, and take an event loop for too long: name a log, or a shard. */
    private static final int SHARDS_SHOWN = 64;

    private final MetadataStore metadata;
    private final String node;
    private final ControlPlane control;
    private final ClusterDocuments documents;
    private final Executor workers;
    private final Clock clock;

    /**
     * @param node this node's name
     * @param workers for what takes longer than an event loop may
     */
    ControlApi(
            String node,
            MetadataStore metadata,
            ControlPlane control,
            ClusterDocuments documents,
            Executor workers,
            Clock clock) {
        this.node = node;
        this.documents = documents;
        this.workers = workers;
        this.metadata = metadata;
        this.control = control;
        this.clock = clock;
    }

    void register(Routes routes) {
        documents.serve(
                "forecasts", argument -> document(asked(argument), "forecasts", forecast(Counted.of(argument, this))));
        documents.serve("heat", argument -> document(asked(argument), "heat", heat(Counted.of(argument, this))));
        documents.serve("decisions", unused -> decisions());
        documents.serve("descriptors", unused -> descriptors());
        routes.get("/v1/forecasts", call -> list(call, "forecasts", forecast(Counted.seen(control))));
        routes.get(
                "/v1/heat",
                call -> call.on(
                        gathered(call, "heat", heat(Counted.seen(control))).thenCompose(this::scored),
                        document -> call.json(200, document)));
        routes.get("/v1/decisions", this::decisions);
        routes.get("/v1/descriptors", this::descriptors);
    }

    private record Placed(Log log, Shard shard) {

        String name() {
            return Accesses.name(log.incarnation(), shard.number());
        }
    }

    /** What a document tells: minutes at most so many, and tens of minutes, by the names of shards' statistics. */
    private record Counted(BiFunction<String, Integer, List<Period>> minutes, Function<String, List<Period>> tens) {

        static Counted seen(ControlPlane control) {
            return new Counted(control.seen()::minutes, control.seen()::tenMinutes);
        }

        /** Whoever asks has most of it already, up to a minute that it names. */
        static Counted of(String argument, ControlApi api) {
            var until = argument.lines().skip(2).findFirst().orElse("");
            if (until.isEmpty()) {
                return seen(api.control);
            }
            var own = Stream.of(until.split(",", -1))
                    .filter(each -> each.startsWith(api.node + "="))
                    .findFirst();
            long minute = own.map(each -> Long.parseLong(each.substring(api.node.length() + 1)))
                    .orElse(Long.MIN_VALUE);
            return new Counted((name, count) -> api.control.seen().later(name, minute), name -> List.of());
        }
    }

    private String until() {
        return control.seen().until(metadata.state().nodes().keySet()).entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    private void list(Call call, String label, BiConsumer<ObjectNode, Placed> write) {
        call.on(gathered(call, label, write), document -> call.json(200, document));
    }

    private CompletableFuture<ObjectNode> gathered(Call call, String label, BiConsumer<ObjectNode, Placed> write) {
        var name = call.query("log");
        var number = call.query("shard");
        var asked = asked(name, number);
        var until = until();
        var argument = (name == null ? "" : name) + "\n" + (number == null ? "" : number) + "\n" + until;
        boolean isOfAll = !until.isEmpty();
        return CompletableFuture.supplyAsync(() -> document(asked, label, write), workers)
                .thenCompose(here ->
                        documents.gather(label, argument, (sum, said) -> added(label, sum, said, isOfAll), here));
    }

    /** Adds to what is expected of shards what they hold, and so the manager's migration score. */
    private CompletableFuture<ObjectNode> scored(ObjectNode document) {
        var entries = new HashMap<ShardId, ObjectNode>();
        for (var entry : document.path("heat")) {
            var log = metadata.state().find(entry.path("log").asText());
            if (log != null && entry.get("migration") instanceof ObjectNode migration) {
                entries.put(new ShardId(log.incarnation(), entry.path("shard").asInt()), migration);
            }
        }
        return control.held(entries.keySet()).thenApply(held -> {
            entries.forEach((shard, migration) -> {
                var totals = held.get(shard);
                if (totals == null) {
                    migration.putNull("bytes").putNull("scorePerByte");
                } else {
                    double readsExpected = migration.path("readsExpected").asDouble();
                    migration.put("bytes", totals.bytes());
                    ControlJson.put(migration, "scorePerByte", SealedView.score(readsExpected, totals.bytes()));
                }
            });
            return document;
        });
    }

    /**
     * Where this node does not know what all counted, what a node forecasts rests on what it counted itself: the word
     * of the one that leads a shard goes before others'.
     */
    private ObjectNode added(String label, ObjectNode sum, Map<String, JsonNode> said, boolean isOfAll) {
        var here = (ArrayNode) sum.path(label);
        for (int i = 0; i < here.size(); i++) {
            var entry = (ObjectNode) here.get(i);
            for (var other : said.entrySet()) {
                for (var more : other.getValue().path(label)) {
                    if (more instanceof ObjectNode theirs && isSame(entry, theirs)) {
                        if (!isOfAll && other.getKey().equals(leader(entry))) {
                            ClusterDocuments.addInto(theirs, entry);
                            entry.setAll(theirs);
                        } else {
                            ClusterDocuments.addInto(entry, theirs);
                        }
                    }
                }
            }
        }
        return sum;
    }

    private static boolean isSame(JsonNode one, JsonNode other) {
        return one.path("log").equals(other.path("log")) && one.path("shard").equals(other.path("shard"));
    }

    private String leader(JsonNode entry) {
        var state = metadata.state();
        var log = state.find(entry.path("log").asText());
        var shard = log == null ? null : log.shards().shard(entry.path("shard").asInt());
        return shard == null ? "" : String.valueOf(state.group(shard).leader());
    }

    private List<Placed> asked(String argument) {
        var parts = argument.split("\n", -1);
        var name = parts[0];
        var number = parts[1];
        return asked(name.isEmpty() ? null : name, number.isEmpty() ? null : number);
    }

    private static ObjectNode document(List<Placed> asked, String label, BiConsumer<ObjectNode, Placed> write) {
        var document = Call.JSON.createObjectNode();
        var list = document.putArray(label);
        asked.stream().limit(SHARDS_SHOWN).forEach(placed -> {
            var json = list.addObject()
                    .put("log", placed.log().name())
                    .put("shard", placed.shard().number());
            write.accept(json, placed);
        });
        return document.put("omitted", Math.max(0, asked.size() - SHARDS_SHOWN));
    }

    private List<Placed> asked(@Nullable String name, @Nullable String number) {
        if (name == null && number != null) {
            throw ProblemException.badRequest("a shard is one of a log: name it in ?log=");
        }
        Collection<Log> logs = name == null
                ? new TreeMap<>(metadata.state().logs()).values()
                : List.of(metadata.state().log(name));
        if (name == null || number == null) {
            return logs.stream()
                    .flatMap(log -> log.shards().open().stream().map(shard -> new Placed(log, shard)))
                    .toList();
        }
        var log = metadata.state().log(name);
        int wanted = (int) Call.number("a shard's number", number, 0, Integer.MAX_VALUE);
        var shard = log.shards().shard(wanted);
        if (shard == null) {
            throw new NoSuchShardException(name, wanted);
        }
        return List.of(new Placed(log, shard));
    }

    private BiConsumer<ObjectNode, Placed> forecast(Counted counted) {
        return (json, placed) -> forecast(json, placed, counted);
    }

    private BiConsumer<ObjectNode, Placed> heat(Counted counted) {
        return (json, placed) -> heat(json, placed, counted);
    }

    private void forecast(ObjectNode json, Placed placed, Counted counted) {
        var history = json.putObject("history");
        ControlJson.loads(history.putArray("minutes"), counted.minutes().apply(placed.name(), MINUTES_SHOWN));
        var tens = counted.tens().apply(placed.name());
        ControlJson.loads(
                history.putArray("tenMinutes"),
                tens.subList(Math.max(0, tens.size() - TEN_MINUTES_SHOWN), tens.size()));
        ControlJson.forecast(json, control.forecasts().of(placed.name()), clock.millis());
    }

    private void heat(ObjectNode json, Placed placed, Counted counted) {
        json.putObject("range")
                .put("from", KeyRange.hex(placed.shard().range().from()))
                .put("last", KeyRange.hex(placed.shard().range().last()));
        var minutes = counted.minutes().apply(placed.name(), MINUTES_SHOWN);
        var over = json.putArray("minutes");
        for (var minute : minutes) {
            var each = over.addObject().put("at", ControlJson.at(minute));
            each.put("reads", minute.count(Counter.READS)).put("writes", minute.count(Counter.WRITES));
            var slices = each.putArray("slices");
            int width = Period.SLICES / SLICES_SHOWN;
            for (int i = 0; i < SLICES_SHOWN; i++) {
                long sum = 0;
                for (int j = 0; j < width; j++) {
                    sum += minute.slice(i * width + j);
                }
                slices.add(sum);
            }
        }
        var tens = counted.tens().apply(placed.name());
        ControlJson.loads(json.putArray("tenMinutes"), tens);
        double readsExpected = Heat.readsExpected(tens, Math.floorDiv(clock.millis(), MINUTE_MILLIS));
        var migration = json.putObject("migration");
        ControlJson.put(migration, "readsExpected", readsExpected);
        ControlJson.put(migration, "accessProbability", SealedView.accessProbability(readsExpected));
        names(json, minutes);
    }

    private static void names(ObjectNode json, List<Period> minutes) {
        var latest = minutes.subList(Math.max(0, minutes.size() - NAME_MINUTES), minutes.size());
        var hotKeys = json.putArray("hotKeys");
        var hotPrefixes = json.putArray("hotPrefixes");
        latest.stream().reduce(Period::plus).ifPresent(sum -> {
            ControlJson.frequent(hotKeys, "key", sum.mostFrequent(Dimension.KEY, NAMES_SHOWN));
            ControlJson.frequent(hotPrefixes, "prefix", sum.mostFrequent(Dimension.PREFIX, NAMES_SHOWN));
        });
    }

    /** Adds what was counted of a shard within the last quarter of an hour, and what is expected of it. */
    void statistics(ObjectNode into, Log log, Shard shard) {
        var placed = new Placed(log, shard);
        var minutes = control.seen().minutes(placed.name(), NAME_MINUTES);
        long reads = sum(minutes, Counter.READS);
        long writes = sum(minutes, Counter.WRITES);
        var window = into.putObject("window")
                .put("minutes", minutes.size())
                .put("reads", reads)
                .put("writes", writes)
                .put("bytesRead", sum(minutes, Counter.BYTES_READ))
                .put("bytesWritten", sum(minutes, Counter.BYTES_WRITTEN));
        ControlJson.put(window, "readMeanMicros", sum(minutes, Counter.READ_NANOS) / 1e3 / reads);
        ControlJson.put(window, "writeMeanMicros", sum(minutes, Counter.WRITE_NANOS) / 1e3 / writes);
        ControlJson.put(
                window,
                "distinctKeys",
                minutes.stream().reduce(Period::plus).map(Period::distinctKeys).orElse(0.0));
        ControlJson.put(
                into.putObject("contention"), "queueMeanMicros", sum(minutes, Counter.QUEUE_NANOS) / 1e3 / writes);
        names(into, minutes);
        ControlJson.forecast(into.putObject("forecast"), control.forecasts().of(placed.name()), clock.millis());
    }

    private static long sum(List<Period> minutes, Counter counter) {
        return minutes.stream().mapToLong(minute -> minute.count(counter)).sum();
    }

    private ObjectNode decisions() {
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("decisions");
        control.decisions().forEach(made -> list.add(ControlJson.decision(made.decision(), made.begun())));
        return document;
    }

    /** Whoever led the cluster at a time decided then, and remembers it: all together, the newest first. */
    private void decisions(Call call) {
        call.on(
                documents.gather("decisions", "", ControlApi::together, decisions()),
                document -> call.json(200, document));
    }

    private static ObjectNode together(ObjectNode here, Map<String, JsonNode> said) {
        var all = new ArrayList<JsonNode>();
        here.path("decisions").forEach(all::add);
        said.values().forEach(document -> document.path("decisions").forEach(all::add));
        all.sort(Comparator.comparing(
                        (JsonNode decision) -> Instant.parse(decision.path("at").asText()))
                .reversed());
        here.putArray("decisions").addAll(all);
        return here;
    }

    private ObjectNode descriptors() {
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("descriptors");
        control.descriptors().forEach(descriptor -> list.add(ControlJson.descriptor(descriptor)));
        return document;
    }

    /** Whoever leads the cluster knows what it announced; one that did so before knows what became of that. */
    private void descriptors(Call call) {
        call.on(
                documents.gather(
                        "descriptors",
                        "",
                        (here, said) -> {
                            var all = (ArrayNode) here.path("descriptors");
                            said.values().forEach(document -> document.path("descriptors")
                                    .forEach(all::add));
                            return here;
                        },
                        descriptors()),
                document -> call.json(200, document));
    }
}
