package io.forelog.server.http;

import io.forelog.cache.Answer;
import io.forelog.cache.Outcome;
import io.forelog.cache.ReadPath;
import io.forelog.error.ForelogException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.GlobalAddress;
import io.forelog.record.RecordAddress;
import io.forelog.replication.ShardReplica;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.shard.Shards;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private static final CharSequence IMMUTABLE = HttpHeaders.createOptimized("private, max-age=31536000, immutable");
    private static final CharSequence PUBLIC_IMMUTABLE =
            HttpHeaders.createOptimized("public, max-age=31536000, immutable");
    private static final CharSequence CACHE_STATUS = HttpHeaders.createOptimized("cache-status");

    private final MetadataStore metadata;
    private final Shards shards;
    private final ShardReaders readers;
    private final ReadPath reads;
    private final ReadObserver observer;
    private final ReadObserver counts;
    private final Executor workers;
    private final Predicate<String> anyoneReads;

    /**
     * @param observer of reads one by one, whose order means something
     * @param counts of reads of many at a time
     * @param workers for what takes longer than an event loop may
     * @param anyoneReads whether a log of this name is read without credentials
     */
    PointApi(
            MetadataStore metadata,
            Shards shards,
            ShardReaders readers,
            ReadPath reads,
            ReadObserver observer,
            ReadObserver counts,
            Executor workers,
            Predicate<String> anyoneReads) {
        this.readers = readers;
        this.workers = workers;
        this.anyoneReads = anyoneReads;
        this.metadata = metadata;
        this.shards = shards;
        this.reads = reads;
        this.observer = observer;
        this.counts = counts;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/shards/{shard}/records/{offset}", this::readOne);
        routes.post("/v1/logs/{log}/read", this::readMany);
    }

    private void readOne(Call call) {
        var log = metadata.state().log(call.log());
        var address =
                new RecordAddress(call.shard(), Call.number("an offset", call.rawParameter(2), 0, Long.MAX_VALUE));
        read(call, log, address, anyoneReads.test(log.name()) ? PUBLIC_IMMUTABLE : IMMUTABLE);
    }

    /** Answers with the record at an address, which must be below the high watermark. */
    void read(Call call, Log log, RecordAddress address, CharSequence cacheControl) {
        var readable = readers.requireReadable(log, address.shard(), address.offset());
        if (readable.isDone() && !readable.isCompletedExceptionally()) {
            readReadable(call, log, address, cacheControl);
        } else {
            call.on(readable, done -> readReadable(call, log, address, cacheControl));
        }
    }

    private void readReadable(Call call, Log log, RecordAddress address, CharSequence cacheControl) {
        var replica = shards.find(log.incarnation(), address.shard());
        requireMatch(call, address);
        boolean isHere = replica != null && address.offset() < replica.highWatermark();
        if (isHere && matches(call, address)) {
            notModified(call, address, cacheControl);
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
        countHere(replica);
    }

    private static void countHere(@Nullable ShardReplica replica) {
        if (replica != null) {
            replica.countRead();
        }
    }

    private static void notModified(Call call, RecordAddress address, CharSequence cacheControl) {
        call.response().putHeader(HttpHeaders.ETAG, etag(address)).putHeader(HttpHeaders.CACHE_CONTROL, cacheControl);
        call.end(304);
    }

    private static void send(Call call, RecordAddress address, Answer answer, CharSequence cacheControl) {
        if (call.isGone()) {
            return;
        }
        if (matches(call, address)) {
            notModified(call, address, cacheControl);
            return;
        }
        var headers = call.response().headers();
        RecordWriter.putHeaders(answer.record(), headers);
        headers.set(HttpHeaders.ETAG, etag(address));
        headers.set(HttpHeaders.CACHE_CONTROL, cacheControl);
        headers.set(CACHE_STATUS, CacheStatus.of(answer));
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        sendValue(call, address, answer.record().value());
    }

    private static void sendValue(Call call, RecordAddress address, byte[] value) {
        var range = call.request().method() == HttpMethod.GET && isOfThis(call, address)
                ? ByteRange.of(call.header("Range"), value.length)
                : null;
        if (range == null) {
            call.end(Buffer.buffer(value));
            return;
        }
        call.response().setStatusCode(206).putHeader(HttpHeaders.CONTENT_RANGE, range.contentRange(value.length));
        call.end(Buffer.buffer(Arrays.copyOfRange(value, range.from(), range.end())));
    }

    /** RFC 9110, 13.1.5: a range is only for who has the rest of this very value; a date never says so. */
    private static boolean isOfThis(Call call, RecordAddress address) {
        var condition = call.header("If-Range");
        return condition == null || condition.strip().equals(etag(address));
    }

    private void readMany(Call call) {
        var log = metadata.state().log(call.log());
        var addresses = addresses(call);
        var checks = new LinkedHashMap<RecordAddress, CompletableFuture<Void>>();
        for (var address : addresses) {
            checks.computeIfAbsent(address, unseen -> readable(log, address));
        }
        var all = CompletableFuture.allOf(
                checks.values().stream().filter(check -> !check.isDone()).toArray(CompletableFuture[]::new));
        if (all.isDone()) {
            readMany(call, log, addresses, checks);
        } else {
            call.on(all.handle((done, failure) -> true), done -> readMany(call, log, addresses, checks));
        }
    }

    private CompletableFuture<Void> readable(Log log, RecordAddress address) {
        try {
            return readers.requireReadable(log, address.shard(), address.offset());
        } catch (ForelogException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void readMany(
            Call call, Log log, List<RecordAddress> addresses, Map<RecordAddress, CompletableFuture<Void>> checks) {
        Map<RecordAddress, Problem> problems = new HashMap<>();
        var readable = new LinkedHashSet<GlobalAddress>();
        checks.forEach((address, check) -> {
            if (check.isCompletedExceptionally()) {
                problems.put(address, Problems.of(check.exceptionNow()));
            } else {
                readable.add(new GlobalAddress(log.incarnation(), address.shard(), address.offset()));
                countHere(shards.find(log.incarnation(), address.shard()));
            }
        });
        var asked = List.copyOf(readable);
        var coding = call.coding();
        call.on(
                reads.readAll(asked)
                        .thenApplyAsync(
                                outcomes -> {
                                    var found = new HashMap<GlobalAddress, Outcome<Answer>>();
                                    for (int i = 0; i < asked.size(); i++) {
                                        found.put(asked.get(i), outcomes.get(i));
                                        count(call, asked.get(i), outcomes.get(i));
                                    }
                                    return coding.encode(answer(call, log, addresses, found, problems));
                                },
                                workers),
                answer -> {
                    if (!call.isGone()) {
                        call.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                        call.end(200, Call.APPLICATION_JSON, answer);
                    }
                });
    }

    private void count(Call call, GlobalAddress address, Outcome<Answer> outcome) {
        if (outcome instanceof Outcome.Found<Answer>(var answer)) {
            counts.read(call, address, answer);
        }
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
                    case Outcome.Found<Answer>(var answer)
                    when fits -> RecordWriter.write(address, answer.record(), json);
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
            throw ProblemException.badRequest(
                    "at most " + ADDRESSES_MAX + " addresses are read at a time, not " + list.size());
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

    /** RFC 9110, 13.1.1: a list of tags of which one must be this very record's, or an asterisk. */
    private static void requireMatch(Call call, RecordAddress address) {
        var condition = call.list(HttpHeaders.IF_MATCH);
        if (condition == null) {
            return;
        }
        var etag = etag(address);
        if (Stream.of(condition.split(",")).map(String::strip).noneMatch(tag -> tag.equals("*") || tag.equals(etag))) {
            throw new ProblemException(Problem.of(
                    412,
                    "precondition-failed",
                    "The record is another",
                    "the record's ETag is " + etag + ", not as in If-Match: " + condition));
        }
    }

    /** RFC 9110, 13.1.2: a list of tags, each weak or strong, or an asterisk; compared weakly. */
    private static boolean matches(Call call, RecordAddress address) {
        var condition = call.list(HttpHeaders.IF_NONE_MATCH);
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
