package io.forelog.simulation.cluster;

import io.forelog.cache.Answer;
import io.forelog.cache.local.LocalCache;
import io.forelog.record.Compression;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.ShardId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stands between clients, nodes and disks, and breaks there what it was told to. */
final class Saboteur {

    private static final String VICTIM = "n2";
    private static final int NOW_AND_THEN = 16;

    private final Sabotage sabotage;
    /** What was submitted and is not committed, by where it will be if all goes well. */
    private final Map<String, LogRecord> uncommitted = new HashMap<>();

    private int reads;

    Saboteur(Sabotage sabotage) {
        this.sabotage = sabotage;
    }

    /** Returns what becomes of batches that a node stores. */
    UnaryOperator<RecordBatch> stored(String node) {
        return switch (sabotage) {
            case SWAPPED_ORDER -> Saboteur::swapped;
            case DIVERGED_REPLICA -> node.equals(VICTIM) ? Saboteur::altered : UnaryOperator.identity();
            default -> UnaryOperator.identity();
        };
    }

    /** Returns what becomes of records that a node reads. */
    UnaryOperator<LogRecord> read(String node) {
        return sabotage == Sabotage.ALTERED_BYTE && node.equals(VICTIM)
                ? this::alteredNowAndThen
                : UnaryOperator.identity();
    }

    /** Returns what becomes of batches that are read from the archive. */
    UnaryOperator<RecordBatch> archived() {
        return sabotage == Sabotage.ALTERED_ARCHIVE
                ? batch -> rebuilt(
                        batch, batch.records().stream().map(Saboteur::altered).toList())
                : UnaryOperator.identity();
    }

    /** Returns whether forces do nothing. */
    boolean dropsForces() {
        return sabotage == Sabotage.DROPPED_FSYNC;
    }

    /** Returns below which offset a shard is let go. */
    long expired(long below, long end) {
        return sabotage == Sabotage.EARLY_RETENTION ? end : below;
    }

    /** Returns whether a node that starts has lost what it knew of the metadata. */
    boolean forgetsMetadata(String node) {
        return sabotage == Sabotage.FORGOTTEN_METADATA && node.equals(VICTIM);
    }

    /** Returns whether the end of a shard is told without asking a majority. */
    boolean guessesEnds() {
        return sabotage == Sabotage.STALE_END;
    }

    /** Returns whether nodes that are removed are taken away, two at a time, whatever they hold. */
    boolean takesTooSoon() {
        return sabotage == Sabotage.TAKEN_TOO_SOON;
    }

    /** Returns whether nobody replaces a replica that stopped for good. */
    boolean leavesStopped() {
        return sabotage == Sabotage.STOPPED_FOR_EVER;
    }

    private static RecordBatch swapped(RecordBatch batch) {
        return batch.count() < 2 ? batch : rebuilt(batch, batch.records().reversed());
    }

    private static RecordBatch altered(RecordBatch batch) {
        return batch.baseOffset() % NOW_AND_THEN != 0
                ? batch
                : rebuilt(batch, batch.records().stream().map(Saboteur::altered).toList());
    }

    private static RecordBatch rebuilt(RecordBatch batch, List<LogRecord> records) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        records.forEach(builder::add);
        if (batch.producerId() >= 0) {
            builder.producer(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        }
        return builder.build().withBaseOffset(batch.baseOffset(), batch.leaderEpoch());
    }

    private LogRecord alteredNowAndThen(LogRecord record) {
        return ++reads % NOW_AND_THEN == 0 ? altered(record) : record;
    }

    private static LogRecord altered(LogRecord record) {
        byte[] value = record.value().clone();
        value[value.length / 2] ^= 1;
        return new LogRecord(record.key(), value, record.headers(), record.timestamp());
    }

    /** Hands an append to a node. */
    void append(SimulatedNode node, int group, AppendCommand command) {
        switch (sabotage) {
            case ACK_BEFORE_QUORUM -> appendEagerly(node, group, command);
            case DOUBLE_APPLY -> node.append(forgetful(command));
            case UNCOMMITTED_READ -> appendVisibly(node, group, command);
            case UNCOMMITTED_FILL -> appendCached(node, group, command);
            default -> node.append(command);
        }
    }

    private static void appendEagerly(SimulatedNode node, int group, AppendCommand command) {
        var replica = node.replicas().find(command.shard());
        var unheard = new CompletableFuture<Appended>();
        node.replication()
                .append(new AppendCommand(
                        command.shard(),
                        command.batch(),
                        command.nextOffset(),
                        command.forced(),
                        command.everywhere(),
                        unheard));
        if (replica == null || !node.replication().leads(group) || unheard.isCompletedExceptionally()) {
            unheard.whenComplete((appended, failure) -> settle(command, appended, failure));
        } else {
            command.done()
                    .complete(new Appended(
                            command.shard().number(),
                            replica.log().endOffset(),
                            command.batch().count(),
                            false));
        }
    }

    private static void settle(AppendCommand command, @Nullable Appended appended, @Nullable Throwable failure) {
        if (failure != null) {
            command.done().completeExceptionally(failure);
        } else {
            command.done().complete(appended);
        }
    }

    /** Takes a producer's number off its batch, as if what it appended had been forgotten. */
    private static AppendCommand forgetful(AppendCommand command) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        command.batch().records().forEach(builder::add);
        return new AppendCommand(
                command.shard(),
                builder.build(),
                command.nextOffset(),
                command.forced(),
                command.everywhere(),
                command.done());
    }

    private void appendVisibly(SimulatedNode node, int group, AppendCommand command) {
        var replica = node.replicas().find(command.shard());
        if (replica != null && node.replication().leads(group)) {
            uncommitted.put(
                    place(node, command.shard(), replica.highWatermark()),
                    command.batch().record(0));
        }
        node.replication().append(command);
    }

    private static void appendCached(SimulatedNode node, int group, AppendCommand command) {
        var replica = node.replicas().find(command.shard());
        if (replica != null && node.replication().leads(group)) {
            SimulatedNode.fill(node.reads(), command, replica.highWatermark());
        }
        node.append(command);
    }

    /** Reads at a node, as whoever asks it does. */
    CompletionStage<Answer> read(SimulatedNode node, GlobalAddress address) {
        return sabotage == Sabotage.NEEDED_TIER && node.lacksTier()
                ? CompletableFuture.failedFuture(new IllegalStateException("a cache does not answer"))
                : node.reads().read(address);
    }

    /** Returns a node's cache in memory. */
    LocalCache<GlobalAddress, LogRecord> local(LocalCache<GlobalAddress, LogRecord> cache) {
        return switch (sabotage) {
            case STALE_CACHE -> new StaleCache(cache, StaleCache::before);
            case REVIVED_LOG -> new StaleCache(cache, StaleCache::inDeleted);
            default -> cache;
        };
    }

    /** Returns what a node shows at an address that it holds nothing committed of, or null. */
    @Nullable
    LogRecord uncommitted(SimulatedNode node, ShardId shard, long offset) {
        return uncommitted.get(place(node, shard, offset));
    }

    private static String place(SimulatedNode node, ShardId shard, long offset) {
        return node.name() + " " + shard + "@" + offset;
    }

    /** Returns the text of a record's value. */
    static String text(LogRecord record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
