package io.forelog.server.http;

import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.KeyHash;
import io.forelog.record.RecordAddress;
import io.forelog.server.control.Accesses;
import io.forelog.server.http.RunWriter.Form;
import io.forelog.server.route.NewestOfKey;
import io.forelog.server.route.ShardReaders;
import io.vertx.core.http.HttpHeaders;

/** Reads by key: the newest record, and every record, through all shards that ever took the key. */
final class KeyApi {

    private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

    private final MetadataStore metadata;
    private final ShardReaders shards;
    private final PointApi points;
    private final Accesses accesses;
    private final NewestOfKey newest;

    KeyApi(MetadataStore metadata, NewestOfKey newest, ShardReaders shards, PointApi points, Accesses accesses) {
        this.newest = newest;
        this.accesses = accesses;
        this.metadata = metadata;
        this.shards = shards;
        this.points = points;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/keys/{key}", this::newest);
        routes.get("/v1/logs/{log}/keys/{key}/records", this::history);
    }

    private void newest(Call call) {
        var log = metadata.state().log(call.log());
        var key = call.key(1);
        call.on(newest.of(log, key), address -> {
            if (address == null) {
                throw noSuchKey(log, call.rawParameter(1));
            }
            call.response()
                    .putHeader(
                            HttpHeaders.CONTENT_LOCATION,
                            "/v1/logs/" + log.name() + "/shards/" + address.shard() + "/records/" + address.offset());
            points.read(call, log, address, REVALIDATE);
        });
    }

    private void history(Call call) {
        var log = metadata.state().log(call.log());
        var key = call.key(1);
        boolean ascending =
                switch (call.query("order", "asc")) {
                    case "asc" -> true;
                    case "desc" -> false;
                    default ->
                        throw ProblemException.badRequest("order is asc or desc, not '" + call.query("order") + "'");
                };
        int limit = (int) call.query("limit", 100, 1, RunApi.LIMIT_MAX);
        var form = Form.acceptedOfRecords(call.list(HttpHeaders.ACCEPT));
        var coding = call.coding();
        var cursor = call.query("cursor");
        var start = cursor == null ? null : cursor(cursor);
        call.on(
                // Who takes the key's appends is asked first: by an old map the newest records would be missing.
                newest.of(log, key).thenCompose(known -> new KeyPage(shards, log, key, ascending, limit, form, coding)
                        .read(NewestOfKey.lineage(metadata.state().log(log.name()), key), start)),
                page -> {
                    if (page.count() == 0 && cursor == null) {
                        throw noSuchKey(log, call.rawParameter(1));
                    }
                    if (page.next() != null) {
                        call.response().putHeader("Next-Cursor", page.next());
                    }
                    var takes =
                            log.shards().shardOf(KeyHash.of(key, log.settings().keyDelimiter()));
                    accesses.readRun(
                            log.incarnation(),
                            takes.number(),
                            key,
                            page.content().content().length(),
                            HttpApi.reader(call),
                            call.elapsedNanos());
                    call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    call.end(200, form.mediaType(), page.content());
                });
    }

    private static RecordAddress cursor(String text) {
        try {
            return RecordAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("cursor is what Next-Cursor said, not '" + text + "'");
        }
    }

    /** @param raw as it stands in the request, percent-encoded */
    static ProblemException noSuchKey(Log log, String raw) {
        return new ProblemException(Problem.of(
                404,
                "no-such-key",
                "There is no record with this key",
                "log '" + log.name() + "' has no record with the key '" + raw + "'"));
    }
}
