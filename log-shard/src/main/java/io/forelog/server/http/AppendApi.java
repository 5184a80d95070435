package io.forelog.server.http;

import io.forelog.cache.FillPolicy;
import io.forelog.cache.ReadPath;
import io.forelog.error.ForelogException;
import io.forelog.error.RecordTooLargeException;
import io.forelog.error.WrongShardException;
import io.forelog.metadata.Ack;
import io.forelog.metadata.Fsync;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.record.RecordBatch;
import io.forelog.replication.AppendCommand;
import io.forelog.server.shard.Part.Producer;
import io.forelog.server.shard.Shards;
import io.vertx.core.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Appends: a request's records to their shards, and the shards' answers to one. */
final class AppendApi {

    static final String BATCH = "application/vnd.forelog.batch";
    private static final String NDJSON = "application/x-ndjson";

    private final MetadataStore metadata;
    private final Shards shards;
    private final ReadPath reads;
    private final ProducerGate producers;
    private final Clock clock;
    private final int recordsMax;
    private final AtomicInteger nextKeyless = new AtomicInteger();

    AppendApi(MetadataStore metadata, Shards shards, ReadPath reads, Clock clock, int recordsMax) {
        this.metadata = metadata;
        this.shards = shards;
        this.reads = reads;
        this.producers = new ProducerGate(shards);
        this.clock = clock;
        this.recordsMax = recordsMax;
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
        var condition = condition(call.header(HttpHeaders.IF_MATCH));
        var plan = plan(call, log, sentTo, condition, producer);
        if (producer != null) {
            producers.admit(log, producer);
        }
        send(log, plan);
        call.on(plan.settled().thenCompose(settled -> acknowledged(log, plan, ack)), done -> {
            if (producer != null) {
                producers.answered(log, producer);
            }
            AppendAnswer.send(call, log, plan, summary);
        });
    }

    private AppendPlan plan(
            Call call, Log log, @Nullable Integer sentTo, @Nullable RecordAddress condition, @Nullable Producer producer) {
        boolean forced = log.settings().fsync() == Fsync.ALWAYS;
        long nextOffset = condition == null ? AppendCommand.ANY_OFFSET : condition.offset();
        var contentType = contentType(call);
        if (contentType.equals(BATCH)) {
            var batches = batches(call, log);
            if (sentTo != null && producer == null && (condition == null || condition.shard() == sentTo)) {
                for (var batch : batches) {
                    shardsOf(log, batch.records(), sentTo, condition);
                }
                return AppendPlan.of(batches, sentTo, nextOffset, forced);
            }
            var records = batches.stream().flatMap(batch -> batch.records().stream()).toList();
            return AppendPlan.of(records, shardsOf(log, records, sentTo, condition), producer, nextOffset, forced);
        }
        var records = records(call, log, contentType);
        return AppendPlan.of(records, shardsOf(log, records, sentTo, condition), producer, nextOffset, forced);
    }

    private List<LogRecord> records(Call call, Log log, String contentType) {
        var reader = new RecordReader(log.settings().valueBytesMax(), recordsMax, clock.millis());
        byte[] body = call.body().getBytes();
        return switch (contentType) {
            case RecordReader.JSON -> reader.json(body);
            case NDJSON -> reader.ndjson(body);
            default -> {
                var key = call.rawQuery("key");
                yield List.of(reader.raw(
                        key == null ? null : Percent.decode(key), body, call.header(HttpHeaders.CONTENT_TYPE)));
            }
        };
    }

    private List<RecordBatch> batches(Call call, Log log) {
        try {
            var batches = RecordBatch.parseAll(ByteBuffer.wrap(call.body().getBytes()));
            int count = 0;
            for (var batch : batches) {
                batch.verify();
                count += batch.count();
            }
            if (count == 0) {
                throw ProblemException.badRequest("there is no record in the body");
            }
            if (count > recordsMax) {
                throw new ProblemException(Problem.of(
                        413,
                        "request-too-large",
                        "The request is too large",
                        "an append has at most " + recordsMax + " records, not " + count));
            }
            batches.forEach(batch -> batch.records().forEach(record -> requireFits(record, log)));
            return batches;
        } catch (CorruptBatchException e) {
            throw ProblemException.badRequest("the body is not record batches: " + e.getMessage());
        }
    }

    private static void requireFits(LogRecord record, Log log) {
        if (record.value().length > log.settings().valueBytesMax()) {
            throw new RecordTooLargeException("a value of this log has at most "
                    + log.settings().valueBytesMax() + " bytes, not " + record.value().length);
        }
        if (record.key() != null && record.key().length > RecordReader.KEY_BYTES_MAX) {
            throw new RecordTooLargeException(
                    "a key has at most " + RecordReader.KEY_BYTES_MAX + " bytes, not " + record.key().length);
        }
    }

    /** Returns the shard of each record, by its place. */
    private int[] shardsOf(
            Log log, List<LogRecord> records, @Nullable Integer sentTo, @Nullable RecordAddress condition) {
        Integer only = sentTo != null ? sentTo : condition == null ? null : (Integer) condition.shard();
        if (sentTo != null && condition != null && condition.shard() != sentTo) {
            throw ProblemException.badRequest("If-Match names shard " + condition.shard() + ", the path shard " + sentTo);
        }
        int[] shardOf = new int[records.size()];
        for (int i = 0; i < shardOf.length; i++) {
            var key = records.get(i).key();
            if (key == null) {
                shardOf[i] = only == null ? spread(log) : only;
            } else {
                shardOf[i] = log.shards()
                        .shardOf(KeyHash.of(key, log.settings().keyDelimiter()))
                        .number();
                if (only != null && shardOf[i] != only) {
                    throw new WrongShardException(only, shardOf[i]);
                }
            }
        }
        return shardOf;
    }

    private int spread(Log log) {
        var open = log.shards().open();
        return open.get(Math.floorMod(nextKeyless.getAndIncrement(), open.size())).number();
    }

    private void send(Log log, AppendPlan plan) {
        for (var target : plan.targets()) {
            try {
                shards.verticle(log, target.shard()).append(target.part());
            } catch (ForelogException e) {
                target.part().done().completeExceptionally(e);
            }
        }
    }

    /** Waits for what {@code ack} asks beyond the commit: on one node, only that the caches have the records. */
    private CompletionStage<?> acknowledged(Log log, AppendPlan plan, Ack ack) {
        if (ack != Ack.CACHES) {
            return CompletableFuture.completedStage(null);
        }
        var records = new LinkedHashMap<GlobalAddress, LogRecord>();
        for (int i = 0; i < plan.records(); i++) {
            if (!plan.target(i).failed()) {
                var address = plan.address(i);
                records.put(
                        new GlobalAddress(log.incarnation(), address.shard(), address.offset()), plan.record(i));
            }
        }
        return reads.committed(records, log.settings().critical() ? FillPolicy.CRITICAL : FillPolicy.DEFAULT);
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
