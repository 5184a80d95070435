package io.forelog.server.peer;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.RecordBatch;
import io.forelog.replication.HeldBounds;
import io.forelog.replication.PeerShards;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.Messages.Batches;
import io.forelog.server.peer.Messages.Copy;
import io.forelog.server.peer.Messages.Opaque;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers of what this node holds, for replicas on other nodes that copy it. */
public final class HeldShards {

    /** Of one answer, whatever is asked for: one batch may go past it. */
    private static final int RUN_BYTES_MAX = 16 << 20;

    /** Reads the file of a group's checkpoint. */
    public interface Checkpoints {
        byte[] checkpoint(int group, long index) throws IOException;
    }

    /** Reads a shard as a group ended its appends by a plan. */
    public interface Images {
        CompletableFuture<byte[]> image(int group, ShardId shard, long plan);
    }

    private final MetadataStore metadata;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final Checkpoints checkpoints;
    private final Images images;
    private final Executor readers;

    /** @param readers threads that may wait for the disk */
    public HeldShards(
            MetadataStore metadata,
            Function<ShardId, @Nullable ShardReplica> replicas,
            Checkpoints checkpoints,
            Images images,
            Executor readers) {
        this.metadata = metadata;
        this.replicas = replicas;
        this.images = images;
        this.checkpoints = checkpoints;
        this.readers = readers;
    }

    public void register(PeerServer server) {
        server.on(PeerCalls.BATCHES, copy -> CompletableFuture.supplyAsync(() -> batches(copy), readers));
        server.on(
                PeerCalls.DIGEST,
                copy -> CompletableFuture.supplyAsync(
                        () -> new Opaque(replica(copy.shard()).log().digest(copy.from(), copy.end())), readers));
        server.on(
                PeerCalls.HELD,
                copy -> copy.from() == PeerShards.AT_ITS_END
                        ? CompletableFuture.completedFuture(held(copy))
                        : CompletableFuture.supplyAsync(() -> held(copy), readers));
        server.on(
                PeerCalls.IMAGE,
                asked -> images.image(asked.group(), asked.shard(), asked.plan()).thenApply(Opaque::new));
        server.on(
                PeerCalls.CHECKPOINT,
                asked -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return new Opaque(checkpoints.checkpoint(asked.group(), asked.index()));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        readers));
    }

    private ShardReplica replica(ShardId shard) {
        var replica = replicas.apply(shard);
        if (replica == null) {
            throw new NoLeaderException("this node holds no replica of shard " + shard);
        }
        return replica;
    }

    private Opaque held(Copy asked) {
        long[] bounds = HeldBounds.of(replica(asked.shard()), asked.from(), metadata.state());
        return new Opaque(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(bounds[0])
                .putLong(bounds[1])
                .array());
    }

    private Batches batches(Copy copy) {
        var log = replica(copy.shard()).log();
        // What is on disk may be ahead of what is applied again after a restart; it is committed all the same.
        long end = Math.min(copy.end(), log.endOffset());
        var whole = new ArrayList<RecordBatch>();
        if (copy.from() < end) {
            for (var batch : log.readBatches(copy.from(), end, Math.min(copy.bytesMax(), RUN_BYTES_MAX))) {
                if (batch.endOffset() <= end) {
                    whole.add(batch);
                }
            }
        }
        return new Batches(whole);
    }
}
