package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.model.Follower;
import io.forelog.record.GlobalAddress;
import io.forelog.record.RecordAddress;
import io.forelog.server.route.NewestOfKey;
import io.forelog.server.route.ShardReaders;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import java.util.stream.StreamSupport;

/** What the access models of all nodes know of what is read after a record. */
final class CoAccessApi {

    private static final String NAME = "co-access";
    private static final int LIMIT_DEFAULT = 10;
    private static final int LIMIT_MAX = 100;
    private static final int RECORD_BYTES_MAX = 1 << 20;

    private final MetadataStore metadata;
    private final NewestOfKey newest;
    private final ShardReaders shards;
    private final LongFunction<List<Follower>> followers;
    private final ClusterDocuments documents;

    /** @param followers of a key of the access model */
    CoAccessApi(
            MetadataStore metadata,
            NewestOfKey newest,
            ShardReaders shards,
            LongFunction<List<Follower>> followers,
            ClusterDocuments documents) {
        this.metadata = metadata;
        this.newest = newest;
        this.shards = shards;
        this.followers = followers;
        this.documents = documents;
    }

    void register(Routes routes) {
        documents.serve(NAME, argument -> known(Long.parseLong(argument)));
        routes.get("/v1/analytics/co-access", this::coAccess);
    }

    private void coAccess(Call call) {
        var log = metadata.state().log(call.query("log", ""));
        var raw = call.rawQuery("key");
        var key = raw == null ? new byte[0] : Percent.decode(raw);
        int limit = (int) call.query("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        var answer = newest.of(log, key).thenCompose(address -> {
            if (address == null) {
                throw KeyApi.noSuchKey(log, String.valueOf(raw));
            }
            long asked = ModelKey.of(new GlobalAddress(log.incarnation(), address.shard(), address.offset()));
            return documents
                    .gather(NAME, Long.toString(asked), CoAccessApi::likeliest, known(asked))
                    .thenCompose(all -> named(log, address, all, limit));
        });
        call.on(answer, document -> call.json(200, document));
    }

    private ObjectNode known(long modelKey) {
        var document = Call.JSON.createObjectNode();
        var list = document.putArray("followers");
        if (modelKey != ModelKey.NONE) {
            followers.apply(modelKey).forEach(follower -> {
                var address = ModelKey.address(follower.key());
                list.addObject()
                        .put("log", address.log())
                        .put("shard", address.shard())
                        .put("offset", address.offset())
                        .put("probability", follower.probability());
            });
        }
        return document;
    }

    /** Nodes learn from the reads that they serve: of what several know, the surest word counts. */
    private static ObjectNode likeliest(ObjectNode here, Map<String, JsonNode> said) {
        var best = new TreeMap<String, JsonNode>();
        var documents = new TreeMap<>(said);
        documents.put("", here);
        documents.values().forEach(document -> document.path("followers")
                .forEach(follower -> best.merge(
                        follower.path("log") + ":" + follower.path("shard") + ":" + follower.path("offset"),
                        follower,
                        (one, other) -> probability(one) >= probability(other) ? one : other)));
        here.putArray("followers").addAll(best.values());
        return here;
    }

    private static double probability(JsonNode follower) {
        return follower.path("probability").asDouble();
    }

    /** Names the followers by their keys; those of other logs are not this caller's to know. */
    private CompletionStage<ObjectNode> named(Log log, RecordAddress address, ObjectNode all, int limit) {
        var shown = StreamSupport.stream(all.path("followers").spliterator(), false)
                .filter(follower -> follower.path("log").asLong() == log.incarnation())
                .sorted(Comparator.comparingDouble(CoAccessApi::probability).reversed())
                .limit(limit)
                .map(follower -> named(log, follower))
                .toList();
        return CompletableFuture.allOf(shown.toArray(CompletableFuture[]::new)).thenApply(read -> {
            var document = Call.JSON.createObjectNode().put("log", log.name()).put("address", address.toString());
            var list = document.putArray("followers");
            shown.forEach(follower -> list.add(follower.join()));
            document.set("unanswered", all.get("unanswered"));
            return document;
        });
    }

    private CompletableFuture<ObjectNode> named(Log log, JsonNode follower) {
        int shard = follower.path("shard").asInt();
        long offset = follower.path("offset").asLong();
        var document = Call.JSON
                .createObjectNode()
                .put("address", new RecordAddress(shard, offset).toString())
                .put("shard", shard)
                .put("offset", offset)
                .put("probability", probability(follower));
        return shards.of(log, shard)
                .records(new long[] {offset}, RECORD_BYTES_MAX)
                .handle((records, failure) -> {
                    // A record that retention has deleted since is still what was read next.
                    var key = failure == null && !records.isEmpty()
                            ? records.getFirst().key()
                            : null;
                    var text = key == null ? null : RecordWriter.text(key);
                    if (text != null) {
                        document.put("key", text);
                    } else if (key != null) {
                        document.put("keyBase64", key);
                    }
                    return document;
                });
    }
}
