package io.forelog.replication;

import io.forelog.raft.MemberId;
import io.forelog.record.RecordBatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The shards of other nodes, as a replica that is behind copies from them. Safe for use by any thread. */
public interface PeerShards {

    /** Above all offsets: nothing is to be copied, so that the archive is not asked. */
    long AT_ITS_END = Long.MAX_VALUE;

    /**
     * Returns committed batches in order, the first one holding {@code from}, none that begins at or after {@code end}.
     */
    CompletableFuture<List<RecordBatch>> batches(
            String node, long incarnation, int shard, long from, long end, int bytesMax);

    /** Returns the SHA-256 of the batches from {@code from} to {@code end}, exclusive, one after another. */
    CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end);

    /**
     * Returns the shard's start offset and high watermark there. Of a log with retention the start is where nothing
     * above it is missing: what another node has let go of is gone from the archive.
     *
     * @param from what lies below need not be there
     */
    CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from);

    /** Returns a shard as a group ended its appends by a plan; fails if that is not applied there. */
    CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan);

    /** Completes once a node has opened what a plan in its cutover opens there; fails if it does not know of that. */
    CompletableFuture<Void> prepared(String node, long plan);

    /** Returns the file of a group's checkpoint. */
    CompletableFuture<byte[]> checkpoint(String node, int group, long index);

    /**
     * Asks the leader of a group to let another incarnation take the place of a replica here that has stopped for good;
     * fails if it does not lead, or cannot do without that one.
     */
    CompletableFuture<Void> replace(String leader, int group, MemberId stopped);
}
