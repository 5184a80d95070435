package io.forelog.server.peer;

import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.raft.MemberId;
import io.forelog.record.RecordBatch;
import io.forelog.replication.PeerShards;
import io.forelog.replication.ShardId;
import io.forelog.server.peer.Messages.Batches;
import io.forelog.server.peer.Messages.Checkpoint;
import io.forelog.server.peer.Messages.Copy;
import io.forelog.server.peer.Messages.Ended;
import io.forelog.server.peer.Messages.Number;
import io.forelog.server.peer.Messages.Opaque;
import io.forelog.server.peer.Messages.Stopped;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Replicas of other nodes, for one here that has to catch up. */
public final class ShardCopies implements PeerShards {

    private final Peers peers;
    private final Executor workers;
    private final Duration deadline;

    /**
     * @param workers where what comes is completed: whoever copies checks and writes it there and then
     * @param deadline of one call. Too low never gets a digest of gigabytes, too high waits on a peer that is gone
     */
    public ShardCopies(Peers peers, Executor workers, Duration deadline) {
        this.peers = peers;
        this.workers = workers;
        this.deadline = deadline;
    }

    @Override
    public CompletableFuture<List<RecordBatch>> batches(
            String node, long incarnation, int shard, long from, long end, int bytesMax) {
        var request = new Copy(new ShardId(incarnation, shard), from, end, bytesMax);
        return call(node, PeerCalls.BATCHES, request).thenApply(Batches::batches);
    }

    @Override
    public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
        var request = new Copy(new ShardId(incarnation, shard), from, end, 0);
        return call(node, PeerCalls.DIGEST, request).thenApply(Opaque::bytes);
    }

    @Override
    public CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from) {
        var request = new Copy(new ShardId(incarnation, shard), from, 0, 0);
        return call(node, PeerCalls.HELD, request).thenApply(held -> {
            var bounds = ByteBuffer.wrap(held.bytes()).asLongBuffer();
            return new long[] {bounds.get(0), bounds.get(1)};
        });
    }

    @Override
    public CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan) {
        var request = new Ended(group, new ShardId(incarnation, shard), plan);
        // Not behind reads that wait for the disk: nobody takes the shard's appends meanwhile.
        return call(node, PeerCalls.IMAGE, request, Runnable::run).thenApply(Opaque::bytes);
    }

    @Override
    public CompletableFuture<Void> prepared(String node, long plan) {
        return call(node, PeerCalls.PREPARED, new Number(plan), Runnable::run).thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
        return call(node, PeerCalls.CHECKPOINT, new Checkpoint(group, index)).thenApply(Opaque::bytes);
    }

    @Override
    public CompletableFuture<Void> replace(String leader, int group, MemberId stopped) {
        return call(leader, PeerCalls.REPLACE, new Stopped(group, stopped)).thenAccept(done -> {});
    }

    private <Q extends PeerMessage, A extends PeerMessage> CompletableFuture<A> call(
            String node, PeerCall<Q, A> call, Q request) {
        return call(node, call, request, workers);
    }

    private <Q extends PeerMessage, A extends PeerMessage> CompletableFuture<A> call(
            String node, PeerCall<Q, A> call, Q request, Executor completer) {
        return peers.call(node, call, request, deadline)
                .handleAsync((answer, failure) -> answered(node, call, answer, failure), completer);
    }

    private static <A> A answered(String node, PeerCall<?, ?> call, @Nullable A answer, @Nullable Throwable failure) {
        if (answer != null) {
            return answer;
        }
        var cause = failure == null ? new IllegalStateException("nothing was answered") : Failures.unwrapped(failure);
        throw cause instanceof ForelogException refused
                ? refused
                : new NoLeaderException(node + " gave no '" + call.name() + "': " + cause.getMessage());
    }
}
