package io.forelog.server.http;

import io.forelog.cache.FillPolicy;
import io.forelog.cache.ReadPath;
import io.forelog.error.ForelogException;
import io.forelog.error.ProducerGapException;
import io.forelog.error.ShardSealedException;
import io.forelog.metadata.Ack;
import io.forelog.metadata.Fsync;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.replication.AppendCommand;
import io.forelog.server.http.AppendPlan.Manner;
import io.forelog.server.route.FreshMetadata;
import io.forelog.server.route.MapChanges;
import io.forelog.server.route.ProducerStates;
import io.forelog.server.shard.Part.Producer;
import io.forelog.server.shard.Shards;
import io.vertx.core.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Appends: a request's records to their shards, and the shards' answers to one. */
final class AppendApi {

    static final String BATCH = "application/vnd.forelog.batch";
    /** Bodies up to this are parsed on the event loop: a fraction of a millisecond. */
    private static final int INLINE_BYTES_MAX = 64 << 10;
    /** What every JSON parser still tells apart. */
    private static final long BEGIN_OFFSET_MAX = 1L << 53;

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
    private static final String NDJSON = "application/x-ndjson";

    private final MetadataStore metadata;
    private final Shards shards;
    private final ReadPath reads;
    private final LongFunction<FillPolicy> policies;
    private final ProducerGate producers;
    private final Executor workers;
    private final Clock clock;
    private final int recordsMax;
    private final AppendRouting routing = new AppendRouting();
    private final MapChanges changes;
    private final FreshMetadata fresh;
    private final Duration reroutedWithin;

    /**
     * @param workers for what takes longer than an event loop may
     * @param reroutedWithin how long records may take that meet a sealed shard until its children take them
     */
    AppendApi(
            MetadataStore metadata,
            FreshMetadata fresh,
            MapChanges changes,
            Shards shards,
            ProducerStates producers,
            ReadPath reads,
            LongFunction<FillPolicy> policies,
            Executor workers,
            Clock clock,
            int recordsMax,
            Duration reroutedWithin) {
        this.metadata = metadata;
        this.fresh = fresh;
        this.shards = shards;
        this.reads = reads;
        this.policies = policies;
        this.producers = new ProducerGate(producers);
        this.workers = workers;
        this.clock = clock;
        this.recordsMax = recordsMax;
        this.changes = changes;
        this.reroutedWithin = reroutedWithin;
    }

    void register(Routes routes) {
        routes.post("/v1/logs/{log}/records", call -> append(call, null));
        routes.post("/v1/logs/{log}/shards/{shard}/records", call -> append(call, call.shard()));
    }

    /** @param sentTo the shard that the caller chose, or null */
    private void append(Call call, @Nullable Integer sentTo) {
        var log = metadata.state().log(call.log());
        if (sentTo != null) {
            shards.verticle(log, sentTo);
        }
        var ack = call.query("ack") == null ? log.settings().ack() : Ack.parse(call.query("ack", ""));
        boolean summary = call.flag("summary");
        var producer = ProducerGate.parse(
                call.header("Producer-Id"), call.header("Producer-Epoch"), call.header("Producer-Seq"));
        var condition = condition(call.list(HttpHeaders.IF_MATCH));
        boolean begins = call.flag("begin");
        if (begins) {
            // It leaves addresses out for ever.
            Gate.requireAllowed(call.principal(), Access.ADMIN, log.name());
            requireBegin(sentTo, condition);
        }
        var asked = new Asked(log, sentTo, condition, begins, producer, ack, summary);
        requireIdentity(call);
        if (call.body().length <= INLINE_BYTES_MAX) {
            start(call, asked, plan(call, asked));
        } else {
            // Milliseconds of parsing: not for an event loop.
            call.on(CompletableFuture.supplyAsync(() -> plan(call, asked), workers), plan -> start(call, asked, plan));
        }
    }

    private static void requireBegin(@Nullable Integer sentTo, @Nullable RecordAddress condition) {
        if (sentTo == null
                || condition == null
                || condition.offset() == 0
                || condition.offset() > BEGIN_OFFSET_MAX) {
            throw ProblemException.badRequest(
                    "begin wants a shard, and If-Match with an offset from 1 to " + BEGIN_OFFSET_MAX);
        }
    }

    /**
     * What a request asks for, but for its records.
     *
     * @param sentTo the shard that the caller chose, or null
     * @param condition the address that the first record must get, or null
     * @param begins whether the shard, which must be empty, begins there
     */
    private record Asked(
            Log log,
            @Nullable Integer sentTo,
            @Nullable RecordAddress condition,
            boolean begins,
            @Nullable Producer producer,
            Ack ack,
            boolean summary) {}

    private void start(Call call, Asked asked, AppendPlan plan) {
        var producer = asked.producer();
        if (producer == null) {
            admitted(call, asked, plan);
            return;
        }
        var admission = admission(asked, producer, plan);
        if (admission.isDone() && !admission.isCompletedExceptionally()) {
            admitted(call, asked, plan);
        } else {
            call.on(admission, entered -> admitted(call, asked, plan));
        }
    }

    /**
     * A shard that this node has not heard of may have taken what seems to be missing: it asks before it says so. And
     * of a shard that is sealed the children must be asked.
     */
    private CompletableFuture<Void> admission(Asked asked, Producer producer, AppendPlan plan) {
        var first = producers.admit(asked.log(), producer, plan);
        if (first.isDone() && !first.isCompletedExceptionally()) {
            return first;
        }
        return first.exceptionallyCompose(failure -> {
            var cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return switch (cause) {
                case ProducerGapException e ->
                    fresh.await().thenCompose(known -> producers.admit(newest(asked.log()), producer, plan));
                case ShardSealedException e ->
                    changes.without(asked.log(), List.of(e.shard()), reroutedWithin)
                            .thenCompose(log -> producers.admit(log, producer, plan));
                default -> CompletableFuture.failedFuture(cause);
            };
        });
    }

    private void admitted(Call call, Asked asked, AppendPlan plan) {
        var producer = asked.producer();
        send(asked.log(), plan.targets());
        CompletionStage<?> acknowledged = settled(asked, plan, System.nanoTime() + reroutedWithin.toNanos());
        if (asked.ack() == Ack.CACHES) {
            acknowledged = acknowledged.thenComposeAsync(done -> fillCaches(asked.log(), plan), workers);
        } else if (policies.apply(asked.log().incarnation()).writeThrough()) {
            acknowledged.thenRunAsync(() -> fillCaches(asked.log(), plan), workers);
        }
        call.on(acknowledged, done -> {
            if (producer != null) {
                producers.answered(
                        asked.log(), producer, plan.targets().stream().noneMatch(AppendPlan.Target::failed));
            }
            AppendAnswer.send(call, newest(asked.log()), plan, asked.summary());
        });
    }

    /**
     * Completes when every record was appended or refused; those that met a sealed shard are sent to its children, and
     * of a repeat those that one of several ancestors had not taken to the others.
     */
    private CompletionStage<Void> settled(Asked asked, AppendPlan plan, long deadline) {
        return plan.settled().thenCompose(done -> {
            boolean rerouted = asked.sentTo() == null && asked.condition() == null;
            var sealed = rerouted ? plan.sealed() : List.<Integer>of();
            if (!sealed.isEmpty()) {
                return rerouted(asked, plan, sealed, deadline);
            }
            var log = newest(asked.log());
            var more = rerouted ? plan.unanswered(log) : List.<AppendPlan.Target>of();
            if (more.isEmpty()) {
                return DONE;
            }
            send(log, more);
            return settled(asked, plan, deadline);
        });
    }

    private CompletionStage<Void> rerouted(Asked asked, AppendPlan plan, List<Integer> sealed, long deadline) {
        var left = Duration.ofNanos(deadline - System.nanoTime());
        return changes.without(asked.log(), sealed, left)
                .thenCompose(log -> shards.deployed(log).toCompletionStage().thenApply(ready -> log))
                .thenApplyAsync(
                        log -> {
                            send(log, plan.reroute(log));
                            return true;
                        },
                        workers)
                .exceptionally(failure -> {
                    plan.refuse(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure);
                    return false;
                })
                .thenCompose(sent -> sent ? settled(asked, plan, deadline) : DONE);
    }

    /** Returns the log as it is now, or as it was if it is deleted. */
    private Log newest(Log log) {
        var now = metadata.state().find(log.incarnation());
        return now == null ? log : now;
    }

    private AppendPlan plan(Call call, Asked asked) {
        var log = asked.log();
        boolean forced = log.settings().fsync() == Fsync.ALWAYS;
        boolean everywhere = asked.ack() == Ack.ALL || asked.ack() == Ack.CACHES;
        var manner = new Manner(asked.producer(), nextOffset(asked), forced, everywhere);
        var contentType = contentType(call);
        List<LogRecord> records;
        if (contentType.equals(BATCH)) {
            requireNoKey(call);
            var checks = new BatchChecks(log.settings().valueBytesMax(), recordsMax);
            var batches = checks.parse(call.body());
            if (asked.sentTo() != null && asked.producer() == null && batches.size() == 1) {
                requireConditionOf(asked);
                AppendRouting.requireTakes(log, batches.getFirst(), asked.sentTo());
                return AppendPlan.of(batches.getFirst(), asked.sentTo(), manner);
            }
            // Several batches become one in each shard, for only a batch is appended whole or not at all.
            records =
                    batches.stream().flatMap(batch -> batch.records().stream()).toList();
        } else {
            records = records(call, log, contentType);
        }
        var hashes = routing.hashes(log, records, asked.producer());
        return AppendPlan.of(records, hashes, shardsOf(asked, records, hashes), manner);
    }

    private static long nextOffset(Asked asked) {
        var condition = asked.condition();
        if (condition == null) {
            return AppendCommand.ANY_OFFSET;
        }
        return asked.begins() ? AppendCommand.beginningAt(condition.offset()) : condition.offset();
    }

    private List<LogRecord> records(Call call, Log log, String contentType) {
        var reader = new RecordReader(log.settings().valueBytesMax(), recordsMax, clock.millis());
        byte[] body = call.body();
        return switch (contentType) {
            case RecordReader.JSON -> {
                requireNoKey(call);
                yield reader.json(body);
            }
            case NDJSON -> {
                requireNoKey(call);
                yield reader.ndjson(body);
            }
            default -> {
                var key = call.rawQuery("key");
                yield List.of(reader.raw(
                        key == null ? null : Percent.decode(key), body, call.header(HttpHeaders.CONTENT_TYPE)));
            }
        };
    }

    /** Returns the shard of each record, by its place. */
    private static int[] shardsOf(Asked asked, List<LogRecord> records, long[] hashes) {
        var sentTo = asked.sentTo();
        var condition = asked.condition();
        requireConditionOf(asked);
        if (sentTo == null && condition == null) {
            return AppendRouting.shards(asked.log(), hashes);
        }
        int only = sentTo == null ? condition.shard() : sentTo;
        return AppendRouting.chosen(asked.log(), records, hashes, only, asked.producer());
    }

    private static void requireConditionOf(Asked asked) {
        var sentTo = asked.sentTo();
        var condition = asked.condition();
        if (sentTo != null && condition != null && condition.shard() != sentTo) {
            throw ProblemException.badRequest(
                    "If-Match names shard " + condition.shard() + ", the path shard " + sentTo);
        }
    }

    private static void requireNoKey(Call call) {
        if (call.rawQuery("key") != null) {
            throw ProblemException.badRequest("what is sent as records has its keys in the body, not in ?key=");
        }
    }

    private void send(Log log, List<AppendPlan.Target> targets) {
        for (var target : targets) {
            try {
                shards.verticle(log, target.shard()).append(target.part());
            } catch (ForelogException e) {
                target.part().done().completeExceptionally(e);
            }
        }
    }

    /** Completes when the caches that should have the records have them, or have had their time. */
    private CompletionStage<?> fillCaches(Log log, AppendPlan plan) {
        var filled = new LinkedHashMap<GlobalAddress, LogRecord>();
        for (var target : plan.targets()) {
            // What a duplicate's address holds came with the first append, and went to the caches with it.
            if (!target.failed() && !target.appended().duplicate()) {
                var part = target.part();
                var records =
                        part.batch() == null ? part.records() : part.batch().records();
                for (int i = 0; i < records.size(); i++) {
                    filled.put(
                            new GlobalAddress(
                                    log.incarnation(),
                                    target.shard(),
                                    target.appended().baseOffset() + i),
                            records.get(i));
                }
            }
        }
        return reads.committed(filled, policies.apply(log.incarnation()));
    }

    private static void requireIdentity(Call call) {
        var encoding = call.header(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw new ProblemException(Problem.of(
                    415,
                    "unsupported-media-type",
                    "The body is encoded",
                    "send the body without Content-Encoding, not as " + encoding
                            + "; a batch may be compressed by its own means"));
        }
    }

    private static String contentType(Call call) {
        var full = call.header(HttpHeaders.CONTENT_TYPE);
        if (full == null || full.isBlank()) {
            throw new ProblemException(Problem.of(
                    415,
                    "unsupported-media-type",
                    "The request does not say what its body is",
                    "send a Content-Type: application/json, application/x-ndjson, " + BATCH
                            + ", or any other for one record whose value is the body"));
        }
        int end = full.indexOf(';');
        var type = (end < 0 ? full : full.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        int slash = type.indexOf('/');
        if (slash <= 0 || slash == type.length() - 1 || type.contains("*") || type.indexOf(' ') >= 0) {
            throw new ProblemException(Problem.of(
                    415, "unsupported-media-type", "The media type is not one", "'" + full + "' is not TYPE/SUBTYPE"));
        }
        return type;
    }

    private static @Nullable RecordAddress condition(@Nullable String ifMatch) {
        if (ifMatch == null) {
            return null;
        }
        var text = ifMatch.strip();
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            throw ProblemException.badRequest("If-Match is \"SHARD:OFFSET\" with the quotes, not " + ifMatch);
        }
        return RecordAddress.parse(text.substring(1, text.length() - 1));
    }
}
