package io.forelog.server.peer;

import io.forelog.replication.ShardId;
import io.forelog.server.peer.Messages.Copy;
import io.forelog.server.peer.Messages.Opaque;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Asks nodes for what their access models know of a shard, whose bytes mean something only to those models. */
public final class ModelCalls {

    /** Tells what is known of a shard, in at most so many bytes. May take long, and is called by threads that may. */
    public interface Models {
        byte[] of(ShardId shard, int bytesMax);
    }

    /** Of one answer, whatever is asked for. */
    private static final int MODEL_BYTES_MAX = 8 << 20;

    private final Peers peers;

    public ModelCalls(Peers peers) {
        this.peers = peers;
    }

    /**
     * Lets this node answer.
     *
     * @param executor threads that may compute for long
     */
    public static void serve(PeerServer server, Models models, Executor executor) {
        server.on(
                PeerCalls.SHARD_MODEL,
                asked -> CompletableFuture.supplyAsync(
                        () -> new Opaque(models.of(asked.shard(), Math.min(MODEL_BYTES_MAX, asked.bytesMax()))),
                        executor));
    }

    /** Asks a node. */
    public CompletableFuture<byte[]> of(String node, ShardId shard, int bytesMax, Duration deadline) {
        return peers.call(node, PeerCalls.SHARD_MODEL, new Copy(shard, 0, 0, bytesMax), deadline)
                .thenApply(Opaque::bytes);
    }
}
