package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.server.live.Rates;
import io.forelog.server.shard.Shards;

/** The shard map, what is known of each shard, and which one takes a key. */
final class ShardsApi {

    private final MetadataStore metadata;
    private final Shards shards;
    private final Rates rates;

    ShardsApi(MetadataStore metadata, Shards shards, Rates rates) {
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
        log.shards().shards().forEach(shard -> list.add(json(log, shard)));
        call.json(200, document);
    }

    private void show(Call call) {
        var log = metadata.state().log(call.log());
        var shard = log.shards().shard(call.shard());
        if (shard == null) {
            throw new NoSuchShardException(log.name(), call.shard());
        }
        var document = json(log, shard);
        var rate = rates.of(log.incarnation(), shard.number());
        document.putObject("statistics")
                .put("readsPerSecond", rate.readsPerSecond())
                .put("writesPerSecond", rate.appendsPerSecond())
                .put("bytesPerSecond", rate.bytesPerSecond())
                .put("pendingBytes", shards.verticle(log, shard.number()).pendingBytes());
        call.json(200, document);
    }

    private ObjectNode json(Log log, Shard shard) {
        var document = Call.JSON.createObjectNode()
                .put("shard", shard.number())
                .put("state", shard.state().name());
        document.putObject("range")
                .put("from", KeyRange.hex(shard.range().from()))
                .put("last", KeyRange.hex(shard.range().last()));
        document.put("epoch", shard.epoch()).put("leader", shard.leader());
        var replicas = document.putArray("replicas");
        shard.replicas().forEach(replicas::add);
        var parents = document.putArray("parents");
        shard.parents().forEach(parents::add);
        var children = document.putArray("children");
        shard.children().forEach(children::add);
        var replica = shards.find(log.incarnation(), shard.number());
        if (replica != null) {
            document.put("startOffset", replica.startOffset())
                    .put("highWatermark", replica.highWatermark())
                    .put("bytes", replica.log().bytes());
        }
        return document;
    }

    private void route(Call call) {
        var log = metadata.state().log(call.log());
        var key = call.rawQuery("key");
        if (key == null) {
            throw ProblemException.badRequest("route needs ?key=, percent-encoded");
        }
        var shard = log.shards().shardOf(KeyHash.of(Percent.decode(key), log.settings().keyDelimiter()));
        call.json(
                200,
                Call.JSON
                        .createObjectNode()
                        .put("shard", shard.number())
                        .put("epoch", shard.epoch())
                        .put("leader", shard.leader())
                        .put("mapVersion", log.shards().version()));
    }
}
