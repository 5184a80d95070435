package io.forelog.simulation.cluster;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.ForelogException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.record.Compression;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.ShardId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Appends, one batch after another: as a producer whose repeats are known for such, which sends a batch until it is
 * acknowledged; or without a number, and then never again once it may have been appended.
 */
final class Client {

    private static final Duration PATIENCE = Duration.ofMillis(900);
    private static final Duration PAUSE = Duration.ofMillis(60);
    private static final long NO_PRODUCER = -1;
    /** No log has this incarnation. */
    private static final long NO_LOG = 0;
    private static final int VALUE_CHARACTERS_MAX = 300;

    private final String name;
    private final long producer;
    private final SimulatedCluster cluster;
    private final Saboteur saboteur;
    private final History history;
    private final RandomGenerator random;
    private int sequence;
    private @Nullable Operation current;
    private @Nullable RecordBatch batch;
    private int attempt;
    private boolean ending;

    /** @param producer its number, or below 0 for none */
    Client(String name, long producer, SimulatedCluster cluster, Saboteur saboteur, History history) {
        this.name = name;
        this.producer = producer;
        this.cluster = cluster;
        this.saboteur = saboteur;
        this.history = history;
        this.random = cluster.runtime().split();
    }

    boolean isIdle() {
        return current == null;
    }

    /** Gives up what is refused from here on. */
    void end() {
        ending = true;
    }

    /** Begins an append to a key, at random how many records and under which condition. */
    void append(String key) {
        int count = 1 + random.nextInt(3);
        var values = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            values.add(name + "." + sequence + "." + i + "x".repeat(random.nextInt(VALUE_CHARACTERS_MAX)));
        }
        long onlyAt = random.nextInt(6) == 0
                ? cluster.find()
                        .map(log -> history.acknowledgedEnd(shardOf(log, key)))
                        .orElse(AppendCommand.ANY_OFFSET)
                : AppendCommand.ANY_OFFSET;
        var operation = history.begun(name, key, values, onlyAt);
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (var value : values) {
            builder.add(new LogRecord(
                    bytes(key), bytes(value), List.of(), cluster.clock().millis()));
        }
        if (producer != NO_PRODUCER) {
            builder.producer(producer, (short) 0, sequence);
        }
        sequence++;
        current = operation;
        batch = builder.build();
        send(operation, batch);
    }

    private static ShardId shardOf(Log log, String key) {
        return new ShardId(
                log.incarnation(), log.shards().shardOf(KeyHash.of(bytes(key))).number());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void send(Operation operation, RecordBatch records) {
        int mine = ++attempt;
        var runtime = cluster.runtime();
        var awake = cluster.nodes().stream().filter(SimulatedNode::isAwake).toList();
        // The map of any node, which may be old.
        var state = awake.isEmpty()
                ? ClusterState.EMPTY
                : awake.get(random.nextInt(awake.size())).metadata().state();
        var log = state.logs().get(SimulatedCluster.LOG);
        long sentTo = log == null ? NO_LOG : log.incarnation();
        runtime.after(PATIENCE, () -> answered(operation, mine, sentTo, null, new CommitUnknownException("no answer")));
        if (log == null) {
            return;
        }
        operation.sentTo.add(sentTo);
        var shard = log.shards().shardOf(KeyHash.of(bytes(operation.key)));
        var leader = state.groups().get(shard.group()).leader();
        var node = leader == null || random.nextInt(4) == 0
                ? awake.get(random.nextInt(awake.size()))
                : cluster.node(leader);
        var done = new CompletableFuture<Appended>();
        var command = new AppendCommand(
                new ShardId(log.incarnation(), shard.number()),
                records,
                operation.onlyAt,
                true,
                random.nextInt(10) == 0,
                done);
        runtime.at(runtime.nanoTime() + cluster.network().latencyNanos(), () -> {
            if (node != null && node.isAwake()) {
                done.whenComplete((appended, failure) -> runtime.at(
                        runtime.nanoTime() + cluster.network().latencyNanos(),
                        () -> answered(operation, mine, sentTo, appended, failure)));
                saboteur.append(node, shard.group(), command);
            }
        });
    }

    private void answered(
            Operation operation, int mine, long sentTo, @Nullable Appended appended, @Nullable Throwable failure) {
        if (operation != current || mine != attempt) {
            return;
        }
        if (appended != null) {
            current = null;
            history.acknowledged(operation, sentTo, appended);
            return;
        }
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean refused = cause instanceof ForelogException && !(cause instanceof CommitUnknownException);
        history.failed(operation, sentTo, !refused, String.valueOf(cause));
        boolean hopeless = cause instanceof OffsetMismatchException;
        boolean again = producer != NO_PRODUCER || operation.mayBeIn.isEmpty();
        if (hopeless || !again || ending && refused) {
            current = null;
            return;
        }
        cluster.runtime().after(PAUSE, () -> {
            if (operation == current && batch != null) {
                send(operation, batch);
            }
        });
    }
}
