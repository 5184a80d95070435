package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.UpdateLog;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.shard.Shards;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** Logs: created, listed, changed, deleted. */
final class LogsApi {

    private final MetadataStore metadata;
    private final Shards shards;
    private final String node;
    private final Clock clock;

    /** @param node the name of this node, which holds the shards of the logs created here */
    LogsApi(MetadataStore metadata, Shards shards, String node, Clock clock) {
        this.metadata = metadata;
        this.shards = shards;
        this.node = node;
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
        new TreeMap<>(metadata.state().logs()).values().forEach(log -> logs.add(json(log)));
        call.json(200, document);
    }

    private void show(Call call) {
        call.json(200, json(metadata.state().log(call.log())));
    }

    private void create(Call call) {
        var name = call.log();
        Log.requireName(name);
        var settings = LogSettingsJson.created(call.jsonBody(), 1);
        boolean isNew = metadata.state().find(name) == null;
        var created = metadata.submit(new CreateLog(name, settings, List.of(node), clock.millis()))
                .thenCompose(state -> {
                    var log = state.log(name);
                    return shards.open(log).map(opened -> log).toCompletionStage();
                });
        call.on(created, log -> {
            if (isNew) {
                call.response().putHeader(HttpHeaders.LOCATION, "/v1/logs/" + name);
            }
            call.json(isNew ? 201 : 200, json(log));
        });
    }

    private void update(Call call) {
        var log = metadata.state().log(call.log());
        var settings = LogSettingsJson.changed(log.settings(), call.jsonBody());
        call.on(metadata.submit(new UpdateLog(log.name(), settings)), state -> call.json(200, json(state.log(log.name()))));
    }

    private void delete(Call call) {
        var log = metadata.state().log(call.log());
        call.on(
                metadata.submit(new DeleteLog(log.name()))
                        .thenCompose(state -> shards.drop(log).toCompletionStage()),
                dropped -> call.end(204));
    }

    private ObjectNode json(Log log) {
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
            var replica = shards.find(log.incarnation(), shard.number());
            if (replica != null) {
                records += replica.highWatermark() - replica.startOffset();
                bytes += replica.log().bytes();
                appended += replica.appendedRecords();
                reads += replica.reads();
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
