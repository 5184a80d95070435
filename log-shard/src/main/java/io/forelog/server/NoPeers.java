package io.forelog.server;

import io.forelog.record.RecordBatch;
import io.forelog.replication.PeerShards;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The peers of a node that is alone. */
final class NoPeers implements PeerShards {

    @Override
    public CompletableFuture<List<RecordBatch>> batches(
            String node, long incarnation, int shard, long from, long end, int bytesMax) {
        return none(node);
    }

    @Override
    public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
        return none(node);
    }

    @Override
    public CompletableFuture<long[]> bounds(String node, long incarnation, int shard) {
        return none(node);
    }

    @Override
    public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
        return none(node);
    }

    private static <T> CompletableFuture<T> none(String node) {
        return CompletableFuture.failedFuture(new IllegalStateException(node + " cannot be reached"));
    }
}
