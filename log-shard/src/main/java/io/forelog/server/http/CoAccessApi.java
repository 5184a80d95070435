package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.Prefetcher;
import io.forelog.prefetch.model.Follower;
import io.forelog.record.RecordAddress;
import io.forelog.server.route.ShardReaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is read after a record, by what the reads that this node answered taught it: of the same log, and only what
 * several readers read so.
 */
final class CoAccessApi {

    private static final int RECORD_BYTES_MAX = 1 << 20;

    private final MetadataStore metadata;
    private final KeyLookup keys;
    private final ShardReaders shards;
    private final Prefetcher prefetcher;
    private final Executor readers;

    /** @param readers threads that may wait for the access model */
    CoAccessApi(
            MetadataStore metadata, KeyLookup keys, ShardReaders shards, Prefetcher prefetcher, Executor readers) {
        this.metadata = metadata;
        this.keys = keys;
        this.shards = shards;
        this.prefetcher = prefetcher;
        this.readers = readers;
    }

    void register(Routes routes) {
        routes.get("/v1/analytics/co-access", this::coAccess);
    }

    private record Found(RecordAddress address, List<Next> next) {}

    private record Next(RecordAddress address, double probability, Optional<byte[]> key) {}

    private void coAccess(Call call) {
        var log = metadata.state().log(required(call, "log"));
        var key = required(call, "key");
        call.on(
                keys.newest(log, key.getBytes(StandardCharsets.UTF_8)).thenCompose(address -> find(log, address)),
                found -> call.json(200, document(log, key, found)));
    }

    private static String required(Call call, String name) {
        var value = call.query(name);
        if (value == null || value.isEmpty()) {
            throw ProblemException.badRequest("say which " + name + ": ?" + name + "=");
        }
        return value;
    }

    private CompletableFuture<Optional<Found>> find(Log log, @Nullable RecordAddress address) {
        if (address == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return CompletableFuture.supplyAsync(() -> followers(log, address), readers)
                .thenCompose(followers -> withKeys(log, followers))
                .thenApply(next -> Optional.of(new Found(address, next)));
    }

    private List<Follower> followers(Log log, RecordAddress address) {
        long key = ModelKey.of(log.incarnation(), address.shard(), address.offset());
        return key == ModelKey.NONE
                ? List.of()
                : prefetcher.coAccess(key).stream()
                        // Who may read this log may not therefore know of others.
                        .filter(follower -> ModelKey.log(follower.key()) == log.incarnation())
                        .toList();
    }

    private CompletableFuture<List<Next>> withKeys(Log log, List<Follower> followers) {
        var all = CompletableFuture.completedFuture((List<Next>) new ArrayList<Next>());
        for (var follower : followers) {
            all = all.thenCombine(withKey(log, follower), (list, next) -> {
                list.add(next);
                return list;
            });
        }
        return all;
    }

    private CompletableFuture<Next> withKey(Log log, Follower follower) {
        int shard = ModelKey.shard(follower.key());
        long offset = ModelKey.offset(follower.key());
        return shards.of(log, shard)
                .records(new long[] {offset}, RECORD_BYTES_MAX)
                .thenApply(records -> Optional.ofNullable(records.getFirst().key()))
                // It may have been deleted since it was read.
                .exceptionally(failure -> Optional.empty())
                .thenApply(key -> new Next(new RecordAddress(shard, offset), follower.probability(), key));
    }

    private static ObjectNode document(Log log, String key, Optional<Found> found) {
        var at = found.orElseThrow(() -> new ProblemException(Problem.of(
                404,
                "no-such-key",
                "There is no record with this key",
                "log '" + log.name() + "' has no record with the key '" + key + "'")));
        var document = Call.JSON.createObjectNode()
                .put("log", log.name())
                .put("key", key)
                .put("address", at.address().toString())
                .put("readersMin", Prefetcher.CO_ACCESS_READERS_MIN);
        var list = document.putArray("followers");
        for (var next : at.next()) {
            var each = list.addObject()
                    .put("address", next.address().toString())
                    .put("probability", next.probability());
            next.key().ifPresent(bytes -> putKey(each, bytes));
        }
        return document;
    }

    private static void putKey(ObjectNode into, byte[] key) {
        var text = RecordWriter.text(key);
        if (text == null) {
            into.put("keyBase64", Base64.getEncoder().encodeToString(key));
        } else {
            into.put("key", text);
        }
    }
}
