package io.forelog.simulation.cluster;

import io.forelog.raft.MemberId;
import io.forelog.record.RecordBatch;
import io.forelog.replication.HeldBounds;
import io.forelog.replication.PeerShards;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.simulation.SimulatedNetwork;
import io.forelog.simulation.SimulatedRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shards of other nodes as one node reaches them: calls take time, and fail where the network is cut. */
final class SimulatedPeers implements PeerShards {

    /** As long as a node waits for another. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SimulatedNode self;
    private final SimulatedRuntime runtime;
    private final SimulatedNetwork network;
    private final Function<String, @Nullable SimulatedNode> nodes;
    private final boolean deaf;

    /** @param deaf whether replicas that stopped for good are left as they are */
    SimulatedPeers(
            SimulatedNode self,
            SimulatedRuntime runtime,
            SimulatedNetwork network,
            Function<String, @Nullable SimulatedNode> nodes,
            boolean deaf) {
        this.deaf = deaf;
        this.self = self;
        this.runtime = runtime;
        this.network = network;
        this.nodes = nodes;
    }

    private interface Call<T> {
        T at(SimulatedNode node) throws IOException;
    }

    /** Waits for the answer, as whoever copies does; so this blocks, where a node's would not. */
    private <T> CompletableFuture<T> wait(String node, Call<T> call) {
        self.process().pause(Duration.ofNanos(network.latencyNanos() + network.latencyNanos()));
        return answer(node, call);
    }

    private <T> CompletableFuture<T> later(String node, Call<T> call) {
        var done = new CompletableFuture<T>();
        self.process()
                .schedule(Duration.ofNanos(network.latencyNanos() + network.latencyNanos()), () -> answer(node, call)
                        .whenComplete((value, failure) -> {
                            if (failure == null) {
                                done.complete(value);
                            } else {
                                done.completeExceptionally(failure);
                            }
                        }));
        return done;
    }

    /** Ends the wait for one that answers later, and may not live until then. */
    private <T> CompletableFuture<T> patiently(String node, CompletableFuture<T> answer) {
        self.process()
                .schedule(PATIENCE, () -> answer.completeExceptionally(new IOException(node + " does not answer")));
        return answer;
    }

    private <T> CompletableFuture<T> answer(String node, Call<T> call) {
        var target = nodes.apply(node);
        if (target == null || !target.isUp() || target.process().isFrozen() || !network.reaches(self.name(), node)) {
            return CompletableFuture.failedFuture(new IOException(node + " does not answer"));
        }
        try {
            runtime.trace(node.hashCode());
            return CompletableFuture.completedFuture(call.at(target));
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static ShardReplica replica(SimulatedNode node, long incarnation, int shard) throws IOException {
        var replica = node.replicas().find(new ShardId(incarnation, shard));
        if (replica == null) {
            throw new IOException(node.name() + " holds no replica of shard " + shard);
        }
        return replica;
    }

    @Override
    public CompletableFuture<List<RecordBatch>> batches(
            String node, long incarnation, int shard, long from, long end, int bytesMax) {
        return wait(node, target -> {
            var replica = replica(target, incarnation, shard);
            return replica.log().readBatches(from, Math.min(end, replica.highWatermark()), bytesMax);
        });
    }

    @Override
    public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
        return wait(node, target -> replica(target, incarnation, shard).log().digest(from, end));
    }

    @Override
    public CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from) {
        return wait(
                node,
                target -> HeldBounds.of(
                        replica(target, incarnation, shard), from, target.metadata().state()));
    }

    @Override
    public CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan) {
        return patiently(
                node,
                later(node, target -> target.replication().image(group, new ShardId(incarnation, shard), plan))
                        .thenCompose(image -> image));
    }

    @Override
    public CompletableFuture<Void> prepared(String node, long plan) {
        return patiently(
                node,
                later(node, target -> target.replication().prepared(plan)).thenCompose(prepared -> prepared));
    }

    @Override
    public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
        return later(node, target -> target.replication().checkpointFile(group, index));
    }

    @Override
    public CompletableFuture<Void> replace(String leader, int group, MemberId stopped) {
        if (deaf) {
            return CompletableFuture.failedFuture(new IOException("it is not asked for"));
        }
        var done = new CompletableFuture<Void>();
        later(leader, target -> target.replication().replace(group, stopped)).whenComplete((asked, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else {
                asked.whenComplete((nothing, refusal) -> {
                    if (refusal == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(refusal);
                    }
                });
            }
        });
        return patiently(leader, done);
    }
}
