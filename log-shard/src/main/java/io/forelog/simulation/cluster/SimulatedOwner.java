package io.forelog.simulation.cluster;

import io.forelog.cache.BatchReader;
import io.forelog.cache.Outcome;
import io.forelog.cache.Owner;
import io.forelog.cache.ReplicaTimes;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shards as a node's path of reads ends at them: a replica here that has the record, else another node; only the
 * leader's word is taken for that a record is not there.
 */
final class SimulatedOwner implements Owner {

    private final SimulatedNode self;
    private final SimulatedCluster cluster;

    SimulatedOwner(SimulatedNode self, SimulatedCluster cluster) {
        this.self = self;
        this.cluster = cluster;
    }

    private static ShardId shard(GlobalAddress address) {
        return new ShardId(address.log(), address.shard());
    }

    @Override
    public boolean isLocal(GlobalAddress address) {
        var replica = self.replicas().find(shard(address));
        return replica != null && replica.holds(address.offset());
    }

    @Override
    public String place(GlobalAddress address) {
        var leader = leader(address);
        return leader == null ? "" : leader;
    }

    private @Nullable String leader(GlobalAddress address) {
        var state = self.metadata().state();
        var log = state.find(address.log());
        var known = log == null ? null : log.shards().shard(address.shard());
        return known == null ? null : state.groups().get(known.group()).leader();
    }

    @Override
    public CompletionStage<LogRecord> read(GlobalAddress address, ReplicaTimes times) {
        var replica = self.replicas().find(shard(address));
        if (replica != null && replica.holds(address.offset())) {
            return timed(times.asked(null, 1), held(replica, address.offset()));
        }
        var leader = leader(address);
        return timed(times.asked(leader, 1), ask(leader, address))
                .exceptionallyCompose(failure -> failure.getCause() instanceof CorruptBatchException
                        ? afterDamage(address, times, failure)
                        : CompletableFuture.failedFuture(failure));
    }

    /** Asks a replica whose records are whole, as the node does: its own, if it has one by now. */
    private CompletionStage<LogRecord> afterDamage(GlobalAddress address, ReplicaTimes times, Throwable failure) {
        var elsewhere = isLocal(address) ? read(address, times) : readElsewhere(address, times);
        return elsewhere == null ? CompletableFuture.failedFuture(failure) : elsewhere;
    }

    private static CompletableFuture<LogRecord> timed(Runnable answered, CompletableFuture<LogRecord> read) {
        return read.thenApply(record -> {
            answered.run();
            return record;
        });
    }

    private static CompletableFuture<LogRecord> held(ShardReplica replica, long offset) {
        try {
            return CompletableFuture.completedFuture(replica.log().read(offset));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public @Nullable CompletionStage<LogRecord> readElsewhere(GlobalAddress address, ReplicaTimes times) {
        var node = placeElsewhere(address);
        return node == null ? null : timed(times.asked(node, 1), ask(node, address));
    }

    @Override
    public @Nullable String placeElsewhere(GlobalAddress address) {
        return cluster.nodes().stream()
                .map(SimulatedNode::name)
                .filter(node -> !node.equals(self.name()) && !node.equals(leader(address)))
                .findFirst()
                .orElse(null);
    }

    @Override
    public CompletionStage<?> readAllAt(String place, Collection<GlobalAddress> addresses, BatchReader reader) {
        return each(addresses, address -> timed(reader.asked(place, 1), ask(place, address)), reader);
    }

    private CompletableFuture<LogRecord> ask(@Nullable String name, GlobalAddress address) {
        var answer = new CompletableFuture<LogRecord>();
        self.process().schedule(Duration.ofNanos(cluster.network().latencyNanos()), () -> {
            var node = name == null ? null : cluster.node(name);
            if (node == null || !node.isAwake() || !cluster.network().reaches(self.name(), node.name())) {
                answer.completeExceptionally(new NoLeaderException("nobody answers for shard " + address.shard()));
                return;
            }
            answeredBy(node, address)
                    .whenComplete((record, failure) -> self.back(() -> {
                        if (failure == null) {
                            answer.complete(record);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    }));
        });
        return answer;
    }

    private static CompletableFuture<LogRecord> answeredBy(SimulatedNode node, GlobalAddress address) {
        var id = shard(address);
        var replica = node.replicas().find(id);
        if (replica == null) {
            return CompletableFuture.failedFuture(new NoLeaderException(node.name() + " holds nothing of shard " + id));
        }
        if (replica.holds(address.offset())) {
            return held(replica, address.offset());
        }
        var replication = node.replication();
        int group = replication.status().stream()
                .filter(status -> replication.leads(status.group()) && replication.owns(status.group(), id))
                .mapToInt(status -> status.group())
                .findFirst()
                .orElse(-1);
        return replication.barrier(group).thenCompose(done -> {
            if (!replication.owns(group, id)) {
                return CompletableFuture.failedFuture(new NoLeaderException("shard " + id + " moved"));
            }
            if (address.offset() < replica.startOffset()) {
                return CompletableFuture.failedFuture(
                        new RecordExpiredException(address.shard(), address.offset(), replica.startOffset()));
            }
            return replica.holds(address.offset())
                    ? held(replica, address.offset())
                    : CompletableFuture.failedFuture(
                            new NoSuchRecordException(address.shard(), address.offset(), replica.highWatermark()));
        });
    }

    @Override
    public CompletionStage<?> readAll(Collection<GlobalAddress> addresses, BatchReader reader) {
        return each(addresses, address -> read(address, reader), reader);
    }

    private static CompletionStage<?> each(
            Collection<GlobalAddress> addresses,
            Function<GlobalAddress, CompletionStage<LogRecord>> read,
            BatchReader reader) {
        return CompletableFuture.allOf(addresses.stream()
                .map(address -> read.apply(address).handle((record, failure) -> {
                    reader.told(Map.of(
                            address, failure == null ? new Outcome.Found<>(record) : new Outcome.Failed<>(failure)));
                    return true;
                }))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new));
    }
}
