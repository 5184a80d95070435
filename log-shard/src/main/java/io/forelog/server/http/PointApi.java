package io.forelog.server.http;

import io.forelog.cache.Answer;
import io.forelog.cache.Outcome;
import io.forelog.cache.ReadPath;
import io.forelog.error.ForelogException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.GlobalAddress;
import io.forelog.record.RecordAddress;
import io.forelog.server.shard.LocalOwner;
import io.forelog.server.shard.Shards;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Reads of single records by their addresses, one or many at a time, through the tiers of cache. */
final class PointApi {

    private static final int ADDRESSES_MAX = 1000;

    /** Of one answer to many addresses; the rest of them are answered with a problem each. */
    private static final int ANSWER_BYTES_MAX = 32 << 20;

    private static final Problem TOO_MUCH = Problem.of(
                    413,
                    "request-too-large",
                    "The answer would be too large",
                    "one answer holds at most " + ANSWER_BYTES_MAX + " bytes; ask for this address again")
            .asRetryable();
    private static final CharSequence IMMUTABLE =
            HttpHeaders.createOptimized("private, max-age=31536000, immutable");
    private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("cache-status");

    private final MetadataStore metadata;
    private final Shards shards;
    private final ReadPath reads;
    private final ReadObserver observer;
    private final Executor workers;

    /** @param workers for what takes longer than an event loop may */
    PointApi(MetadataStore metadata, Shards shards, ReadPath reads, ReadObserver observer, Executor workers) {
        this.workers = workers;
        this.metadata = metadata;
        this.shards = shards;
        this.reads = reads;
        this.observer = observer;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/shards/{shard}/records/{offset}", this::readOne);
        routes.post("/v1/logs/{log}/read", this::readMany);
    }

    private void readOne(Call call) {
        var log = metadata.state().log(call.log());
        var address = new RecordAddress(
                call.shard(), Call.number("an offset", call.rawParameter(2), 0, Long.MAX_VALUE));
        read(call, log, address, IMMUTABLE);
    }

    /** Answers with the record at an address, which must be below the high watermark. */
    void read(Call call, Log log, RecordAddress address, CharSequence cacheControl) {
        var replica = shards.replica(log, address.shard());
        LocalOwner.requireReadable(replica, address.offset());
        if (matches(call, address)) {
            call.response().putHeader(HttpHeaders.ETAG, etag(address)).putHeader(HttpHeaders.CACHE_CONTROL, cacheControl);
            call.end(304);
            return;
        }
        var global = new GlobalAddress(log.incarnation(), address.shard(), address.offset());
        var local = reads.local(global);
        if (local != null) {
            send(call, address, local, cacheControl);
            observer.read(call, global, local);
        } else {
            call.on(reads.readBeyondLocal(global), answer -> {
                send(call, address, answer, cacheControl);
                observer.read(call, global, answer);
            });
        }
        replica.countRead();
    }

    private static void send(Call call, RecordAddress address, Answer answer, CharSequence cacheControl) {
        if (call.isGone()) {
            return;
        }
        var headers = call.response().headers();
        RecordWriter.putHeaders(answer.record(), headers);
        headers.set(HttpHeaders.ETAG, etag(address));
        headers.set(HttpHeaders.CACHE_CONTROL, cacheControl);
        headers.set(CACHE_STATUS, CacheStatus.of(answer));
        call.end(Buffer.buffer(answer.record().value()));
    }

    private void readMany(Call call) {
        var log = metadata.state().log(call.log());
        var addresses = addresses(call);
        Map<RecordAddress, Problem> problems = new HashMap<>();
        var readable = new LinkedHashSet<GlobalAddress>();
        for (var address : addresses) {
            try {
                LocalOwner.requireReadable(shards.replica(log, address.shard()), address.offset());
                readable.add(new GlobalAddress(log.incarnation(), address.shard(), address.offset()));
            } catch (ForelogException e) {
                problems.put(address, Problems.of(e));
            }
        }
        var asked = List.copyOf(readable);
        call.on(
                reads.readAll(asked).thenApplyAsync(
                        outcomes -> {
                            var found = new HashMap<GlobalAddress, Outcome<Answer>>();
                            for (int i = 0; i < asked.size(); i++) {
                                found.put(asked.get(i), outcomes.get(i));
                            }
                            return answer(call, log, addresses, found, problems);
                        },
                        workers),
                answer -> {
                    if (!call.isGone()) {
                        call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                        call.end(200, Call.APPLICATION_JSON, answer);
                    }
                });
    }

    private static Buffer answer(
            Call call,
            Log log,
            List<RecordAddress> addresses,
            Map<GlobalAddress, Outcome<Answer>> found,
            Map<RecordAddress, Problem> problems) {
        var bytes = new ByteArrayOutputStream(1024);
        try (var json = RecordWriter.generator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("records");
            for (var address : addresses) {
                var outcome = found.get(new GlobalAddress(log.incarnation(), address.shard(), address.offset()));
                boolean fits = bytes.size() < ANSWER_BYTES_MAX;
                switch (outcome) {
                    case Outcome.Found<Answer>(var answer) when fits -> RecordWriter.write(address, answer.record(), json);
                    case Outcome.Found<Answer> beyond -> json.writeRawValue(problemOf(call, address, TOO_MUCH));
                    case Outcome.Failed<Answer>(var cause) ->
                        json.writeRawValue(problemOf(call, address, Problems.of(cause)));
                    case null -> json.writeRawValue(problemOf(call, address, problems.get(address)));
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static String problemOf(Call call, RecordAddress address, Problem problem) {
        var json = Call.JSON.createObjectNode().put("shard", address.shard()).put("offset", address.offset());
        json.set("problem", problem.toJson(call.request().path()));
        return json.toString();
    }

    private static List<RecordAddress> addresses(Call call) {
        var list = call.jsonBody().get("addresses");
        if (list == null || !list.isArray()) {
            throw ProblemException.badRequest("'addresses' is an array of addresses such as \"3:1201\"");
        }
        if (list.size() > ADDRESSES_MAX) {
            throw ProblemException.badRequest("at most " + ADDRESSES_MAX + " addresses are read at a time, not " + list.size());
        }
        var addresses = new ArrayList<RecordAddress>(list.size());
        for (var element : list) {
            if (!element.isTextual()) {
                throw ProblemException.badRequest("an address is a text such as \"3:1201\", not " + element);
            }
            addresses.add(RecordAddress.parse(element.textValue()));
        }
        return addresses;
    }

    private static String etag(RecordAddress address) {
        return "\"" + address.shard() + ":" + address.offset() + "\"";
    }

    /** RFC 9110, 13.1.2: a list of tags, each weak or strong, or an asterisk; compared weakly. */
    private static boolean matches(Call call, RecordAddress address) {
        var condition = call.header(HttpHeaders.IF_NONE_MATCH);
        if (condition == null) {
            return false;
        }
        var etag = etag(address);
        for (var tag : condition.split(",")) {
            var plain = tag.strip();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

}
