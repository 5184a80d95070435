package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.replication.ShardId;
import io.forelog.server.live.Rates;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.server.route.ShardTotals;
import io.forelog.server.shard.Shards;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shard map, what is known of each shard, and which one takes a key. */
final class ShardsApi {

    private final MetadataStore metadata;
    private final Shards shards;
    private final ShardTotals totals;
    private final Rates rates;
    private final ControlApi control;

    ShardsApi(MetadataStore metadata, Shards shards, ShardTotals totals, Rates rates, ControlApi control) {
        this.control = control;
        this.totals = totals;
        this.metadata = metadata;
        this.shards = shards;
        this.rates = rates;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/shards", this::list);
        routes.get("/v1/logs/{log}/shards/{shard}", this::show);
        routes.get("/v1/logs/{log}/route", this::route);
    }

    private void list(Call call) {
        var log = metadata.state().log(call.log());
        var document = Call.JSON.createObjectNode().put("version", log.shards().version());
        var list = document.putArray("shards");
        var all = log.shards().shards();
        call.on(totals.of(all.stream().map(shard -> id(log, shard)).toList()), known -> {
            all.forEach(shard -> list.add(json(log, shard, known.get(id(log, shard)))));
            call.json(200, document);
        });
    }

    private void show(Call call) {
        var log = metadata.state().log(call.log());
        var shard = log.shards().shard(call.shard());
        if (shard == null) {
            throw new NoSuchShardException(log.name(), call.shard());
        }
        call.on(totals.of(List.of(id(log, shard))), known -> show(call, log, shard, known.get(id(log, shard))));
    }

    private void show(Call call, Log log, Shard shard, @Nullable Totals totals) {
        var document = json(log, shard, totals);
        var rate = rates.of(log.incarnation(), shard.number());
        var statistics = document.putObject("statistics");
        statistics
                .put("readsPerSecond", rate.readsPerSecond())
                .put("writesPerSecond", rate.appendsPerSecond())
                .put("bytesPerSecond", rate.bytesPerSecond())
                .put("pendingBytes", shards.verticle(log, shard.number()).pendingBytes());
        control.statistics(statistics, log, shard);
        call.json(200, document);
    }

    private static ShardId id(Log log, Shard shard) {
        return new ShardId(log.incarnation(), shard.number());
    }

    private ObjectNode json(Log log, Shard shard, @Nullable Totals held) {
        var document = Call.JSON
                .createObjectNode()
                .put("shard", shard.number())
                .put("state", shard.state().name());
        document.putObject("range")
                .put("from", KeyRange.hex(shard.range().from()))
                .put("last", KeyRange.hex(shard.range().last()));
        var group = metadata.state().group(shard);
        document.put("epoch", shard.epoch(group.term())).put("leader", group.leader());
        var replicas = document.putArray("replicas");
        group.holders().forEach(replicas::add);
        var parents = document.putArray("parents");
        shard.parents().forEach(parents::add);
        var children = document.putArray("children");
        shard.children().forEach(children::add);
        if (held != null) {
            document.put("startOffset", held.bounds().start())
                    .put("highWatermark", held.bounds().highWatermark())
                    .put("bytes", held.bytes());
        }
        return document;
    }

    private void route(Call call) {
        var log = metadata.state().log(call.log());
        var key = call.rawQuery("key");
        if (key == null) {
            throw ProblemException.badRequest("route needs ?key=, percent-encoded");
        }
        var shard = log.shards()
                .shardOf(KeyHash.of(Percent.decode(key), log.settings().keyDelimiter()));
        var group = metadata.state().group(shard);
        call.json(
                200,
                Call.JSON
                        .createObjectNode()
                        .put("shard", shard.number())
                        .put("epoch", shard.epoch(group.term()))
                        .put("leader", group.leader())
                        .put("mapVersion", log.shards().version()));
    }
}
