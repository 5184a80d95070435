package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.UpdateLog;
import io.forelog.metadata.MetadataStore;
import io.forelog.replication.ShardId;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.server.route.ShardTotals;
import io.forelog.server.security.Verb;
import io.forelog.server.shard.Shards;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Logs: created, listed, changed, deleted. */
final class LogsApi {

    private final MetadataStore metadata;
    private final Shards shards;
    private final ShardTotals totals;
    private final int together;
    private final Clock clock;

    /**
     * Creates it.
     *
     * @param together shards of a new log that begin in one group
     */
    LogsApi(MetadataStore metadata, Shards shards, ShardTotals totals, int together, Clock clock) {
        this.together = together;
        this.totals = totals;
        this.metadata = metadata;
        this.shards = shards;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.get("/v1/logs", this::list);
        routes.get("/v1/logs/{log}", this::show);
        routes.put("/v1/logs/{log}", this::create);
        routes.add(HttpMethod.PATCH, "/v1/logs/{log}", this::update);
        routes.add(HttpMethod.DELETE, "/v1/logs/{log}", this::delete);
    }

    private void list(Call call) {
        var document = Call.JSON.createObjectNode();
        var logs = document.putArray("logs");
        var known = new TreeMap<>(metadata.state().logs())
                .values().stream()
                        .filter(log -> !Log.isOwn(log.name()))
                        .filter(log -> call.principal().may(Verb.READ, log.name()))
                        .toList();
        call.on(totals(known), totals -> {
            known.forEach(log -> logs.add(json(log, totals)));
            call.json(200, document);
        });
    }

    private void show(Call call) {
        answer(call, 200, metadata.state().log(call.log()));
    }

    private void create(Call call) {
        var name = call.log();
        Log.requireName(name);
        if (Log.isOwn(name)) {
            throw ProblemException.badRequest("the cluster makes its log '" + name + "' by itself");
        }
        var settings = LogSettingsJson.created(
                call.jsonBody(), metadata.state().nodes().size());
        boolean isNew = metadata.state().find(name) == null;
        var created = metadata.submit(new CreateLog(name, settings, clock.millis(), together))
                .thenCompose(state -> {
                    var log = state.log(name);
                    return shards.open(log).map(opened -> log).toCompletionStage();
                });
        call.on(created, log -> {
            if (isNew) {
                call.response().putHeader(HttpHeaders.LOCATION, "/v1/logs/" + name);
            }
            answer(call, isNew ? 201 : 200, log);
        });
    }

    private void update(Call call) {
        var name = call.log();
        var body = call.jsonBody();
        call.on(update(name, body), log -> answer(call, 200, log));
    }

    /** Changes what the body names of the settings as they are then: of two changes at once neither is lost. */
    private CompletionStage<Log> update(String name, JsonNode body) {
        var before = metadata.state().log(name).settings();
        var after = LogSettingsJson.changed(before, body);
        return metadata.submit(new UpdateLog(name, before, after)).thenCompose(state -> {
            var log = state.log(name);
            return log.settings().equals(after) ? CompletableFuture.completedStage(log) : update(name, body);
        });
    }

    private void delete(Call call) {
        var log = metadata.state().log(call.log());
        call.on(
                metadata.submit(new DeleteLog(log.name()))
                        .thenCompose(state -> shards.drop(log).toCompletionStage()),
                dropped -> call.end(204));
    }

    private void answer(Call call, int status, Log log) {
        call.on(totals(List.of(log)), totals -> call.json(status, json(log, totals)));
    }

    private CompletableFuture<Map<ShardId, Totals>> totals(Collection<Log> logs) {
        return totals.of(logs.stream()
                .flatMap(log ->
                        log.shards().shards().stream().map(shard -> new ShardId(log.incarnation(), shard.number())))
                .toList());
    }

    private static ObjectNode json(Log log, Map<ShardId, Totals> known) {
        var document = Call.JSON.createObjectNode().put("name", log.name());
        LogSettingsJson.write(log.settings(), document);
        document.put("createdAt", Instant.ofEpochMilli(log.createdAt()).toString())
                .put("mapVersion", log.shards().version());
        var totals = document.putObject("totals");
        long records = 0;
        long bytes = 0;
        long appended = 0;
        long reads = 0;
        for (var shard : log.shards().shards()) {
            var held = known.get(new ShardId(log.incarnation(), shard.number()));
            if (held != null) {
                records += held.bounds().highWatermark() - held.bounds().start();
                bytes += held.bytes();
                appended += held.appended();
                reads += held.reads();
            }
        }
        totals.put("shards", log.shards().shards().size())
                .put("openShards", log.shards().open().size())
                .put("records", records)
                .put("bytes", bytes)
                .put("appends", appended)
                .put("reads", reads);
        return document;
    }
}
