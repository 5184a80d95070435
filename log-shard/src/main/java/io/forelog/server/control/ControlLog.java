package io.forelog.server.control;

import io.forelog.metadata.Ack;
import io.forelog.metadata.Bounds;
import io.forelog.metadata.Fsync;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.LogRecord.Header;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the cluster's own log, {@value Log#CONTROL}: what was decided, done and counted, for whoever wants to know
 * later. The log is made with its first record. What cannot be appended now waits, up to {@value #WAITING_MAX} records,
 * of which then the oldest go; one whose fate is unknown is appended again, so a reader may meet it twice.
 *
 * <p>Safe for use by any thread, {@link #flush} by one at a time; never blocks.
 */
public final class ControlLog {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLog.class);
    private static final int WAITING_MAX = 10_000;
    private static final int BATCH_RECORDS_MAX = 500;
    private static final int BATCH_BYTES_MAX = 256 << 10;
    private static final int REPLICAS_MAX = 3;
    private static final Duration KEPT = Duration.ofDays(14);
    private static final long KEPT_BYTES = 256L << 20;
    private static final List<Header> JSON = List.of(new Header(LogRecord.CONTENT_TYPE, "application/json"));

    private final MetadataStore metadata;
    private final Replication appends;
    private final Clock clock;
    private final Deque<LogRecord> waiting = new ArrayDeque<>();
    private boolean underWay;

    /** @param appends to wherever a shard's leader is */
    public ControlLog(MetadataStore metadata, Replication appends, Clock clock) {
        this.metadata = metadata;
        this.appends = appends;
        this.clock = clock;
    }

    /** Takes a record; it is appended with the next {@link #flush}. */
    public synchronized void add(String key, byte[] json) {
        if (waiting.size() == WAITING_MAX) {
            waiting.removeFirst();
        }
        waiting.addLast(new LogRecord(key.getBytes(StandardCharsets.UTF_8), json, JSON, clock.millis()));
    }

    /** Begins to append what waits; called about once a second. */
    public void flush() {
        var records = next();
        if (records.isEmpty()) {
            return;
        }
        append(records).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.info(
                        "{} records of '{}' are appended again soon: {}",
                        records.size(),
                        Log.CONTROL,
                        failure.toString());
            }
            ended(records, failure == null);
        });
    }

    private synchronized List<LogRecord> next() {
        var records = new ArrayList<LogRecord>();
        if (underWay) {
            return records;
        }
        int bytes = 0;
        for (var record : waiting) {
            bytes += record.weight();
            if (records.size() == BATCH_RECORDS_MAX || bytes > BATCH_BYTES_MAX && !records.isEmpty()) {
                break;
            }
            records.add(record);
        }
        underWay = !records.isEmpty();
        return records;
    }

    private synchronized void ended(List<LogRecord> records, boolean appended) {
        underWay = false;
        if (appended) {
            // Some may have gone for want of room meanwhile.
            for (var record : records) {
                if (waiting.peekFirst() == record) {
                    waiting.removeFirst();
                }
            }
        }
    }

    private CompletableFuture<?> append(List<LogRecord> records) {
        var log = metadata.state().find(Log.CONTROL);
        if (log == null) {
            int replicas = Math.clamp(metadata.state().nodes().size(), 1, REPLICAS_MAX);
            return metadata.submit(new CreateLog(Log.CONTROL, settings(replicas), clock.millis()))
                    .thenCompose(state -> append(records, state.log(Log.CONTROL)));
        }
        return append(records, log);
    }

    private CompletableFuture<?> append(List<LogRecord> records, Log log) {
        var batch = new RecordBatchBuilder(Compression.ZSTD);
        records.forEach(batch::add);
        var shard =
                new ShardId(log.incarnation(), log.shards().open().getFirst().number());
        var command = new AppendCommand(
                shard, batch.build(), AppendCommand.ANY_OFFSET, true, false, new CompletableFuture<>());
        appends.append(command);
        return command.done();
    }

    private static LogSettings settings(int replicas) {
        return new LogSettings(
                1,
                replicas,
                Ack.QUORUM,
                Fsync.ALWAYS,
                null,
                new Bounds(KEPT, KEPT_BYTES),
                Bounds.NONE,
                false,
                LogSettings.VALUE_BYTES_DEFAULT,
                Compression.ZSTD);
    }
}
