package io.forelog.server.http;

import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.record.RecordAddress;
import io.forelog.server.http.RunWriter.Form;
import io.forelog.server.shard.Shards;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Reads by key: the newest record, and every record, through all shards that ever took the key. */
final class KeyApi {

    private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

    /** A page ends, with a cursor, once it has so many bytes. */
    private static final int PAGE_BYTES_MAX = 8 << 20;

    private final MetadataStore metadata;
    private final Shards shards;
    private final PointApi points;
    private final Executor readers;

    KeyApi(MetadataStore metadata, Shards shards, PointApi points, Executor readers) {
        this.metadata = metadata;
        this.shards = shards;
        this.points = points;
        this.readers = readers;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/keys/{key}", this::newest);
        routes.get("/v1/logs/{log}/keys/{key}/records", this::history);
    }

    private void newest(Call call) {
        var log = metadata.state().log(call.log());
        var key = call.key(1);
        call.on(CompletableFuture.supplyAsync(() -> findNewest(log, key), readers), address -> {
            if (address == null) {
                throw noSuchKey(call, log);
            }
            call.response()
                    .putHeader(
                            HttpHeaders.CONTENT_LOCATION,
                            "/v1/logs/" + log.name() + "/shards/" + address.shard() + "/records/" + address.offset());
            points.read(call, log, address, REVALIDATE);
        });
    }

    private @Nullable RecordAddress findNewest(Log log, byte[] key) {
        for (var shard : lineage(log, key).reversed()) {
            var replica = shards.replica(log, shard.number());
            long offset = replica.log().newestOffset(key, replica.highWatermark());
            if (offset >= 0) {
                return new RecordAddress(shard.number(), offset);
            }
        }
        return null;
    }

    private void history(Call call) {
        var log = metadata.state().log(call.log());
        var key = call.key(1);
        boolean ascending =
                switch (call.query("order", "asc")) {
                    case "asc" -> true;
                    case "desc" -> false;
                    default -> throw ProblemException.badRequest("order is asc or desc, not '" + call.query("order") + "'");
                };
        int limit = (int) call.query("limit", 100, 1, RunApi.LIMIT_MAX);
        var form = Form.accepted(call.header(HttpHeaders.ACCEPT));
        var cursor = call.query("cursor");
        var start = cursor == null ? null : cursor(cursor);
        call.on(
                CompletableFuture.supplyAsync(
                        () -> read(log, key, ascending, limit, start, form == Form.BATCH ? Form.NDJSON : form), readers),
                page -> {
                    if (page.count() == 0 && cursor == null) {
                        throw noSuchKey(call, log);
                    }
                    if (page.next() != null) {
                        call.response().putHeader("Next-Cursor", page.next());
                    }
                    call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    call.end(200, (form == Form.BATCH ? Form.NDJSON : form).mediaType(), page.content());
                });
    }

    /** @param next the cursor of the first record that did not fit, or null if there is none */
    private record Page(Buffer content, int count, @Nullable String next) {}

    private Page read(
            Log log, byte[] key, boolean ascending, int limit, @Nullable RecordAddress start, Form form) {
        var writer = new RunWriter(form);
        var lineage = lineage(log, key);
        for (var shard : ascending ? lineage : lineage.reversed()) {
            boolean passed = start != null
                    && (ascending ? shard.number() < start.shard() : shard.number() > start.shard());
            if (passed) {
                continue;
            }
            var replica = shards.replica(log, shard.number());
            boolean resumed = start != null && shard.number() == start.shard();
            // One more than fits tells whether there is a next page, and where it begins.
            long[] offsets = ascending
                    ? replica.log().offsetsFrom(
                            key, resumed ? start.offset() : 0, replica.highWatermark(), limit - writer.count() + 1)
                    : replica.log().offsetsBelow(
                            key,
                            resumed ? Math.min(start.offset() + 1, replica.highWatermark()) : replica.highWatermark(),
                            limit - writer.count() + 1);
            for (long offset : offsets) {
                var address = new RecordAddress(shard.number(), offset);
                if (writer.count() == limit || writer.bytes() > PAGE_BYTES_MAX) {
                    return new Page(writer.end(address.toString()), writer.count(), address.toString());
                }
                writer.add(address, replica.log().read(offset));
            }
        }
        return new Page(writer.end(null), writer.count(), null);
    }

    private static List<Shard> lineage(Log log, byte[] key) {
        return log.shards().lineageOf(KeyHash.of(key, log.settings().keyDelimiter()));
    }

    private static RecordAddress cursor(String text) {
        try {
            return RecordAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("cursor is what Next-Cursor said, not '" + text + "'");
        }
    }

    private static ProblemException noSuchKey(Call call, Log log) {
        return new ProblemException(Problem.of(
                404,
                "no-such-key",
                "There is no record with this key",
                "log '" + log.name() + "' has no record with the key '" + call.rawParameter(1) + "'"));
    }
}
