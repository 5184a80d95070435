package io.forelog.replication;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what a replica lacks from other members of its group: from where it ends, so that a copy which was cut short
 * goes on there; every batch by its CRC, the whole by its digest; no faster than it may.
 *
 * <p>Blocks; safe for use by several threads.
 */
final class ShardCopy {

    private static final Logger LOG = LoggerFactory.getLogger(ShardCopy.class);
    private static final int RUN_BYTES = 1 << 20;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final PeerShards peers;
    private final Supplier<List<String>> members;
    private final long bytesPerSecond;
    private final CopyProgress.OfGroup progress;

    /**
     * @param members the other nodes that hold the group's shards
     * @param bytesPerSecond how fast one shard is copied. Too high takes disk and network from appends and reads; too
     *     low leaves the group with a copy less for long
     * @param progress told of what is copied
     */
    ShardCopy(
            PeerShards peers, Supplier<List<String>> members, long bytesPerSecond, CopyProgress.OfGroup progress) {
        this.peers = peers;
        this.members = members;
        this.bytesPerSecond = bytesPerSecond;
        this.progress = progress;
    }

    CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
        return peers.checkpoint(node, group, index);
    }

    /** Copies the batches of a shard up to {@code end} from a node. */
    void fill(ShardReplica replica, long end, String node) {
        try {
            copy(replica, end, node);
        } finally {
            progress.ended(replica.id());
        }
    }

    private void copy(ShardReplica replica, long end, String node) {
        var id = replica.id();
        long began = System.nanoTime();
        long bytes = 0;
        long first = replica.log().endOffset();
        if (first >= end) {
            return;
        }
        long start = wait(peers.bounds(node, id.log(), id.number()))[0];
        if (start > first) {
            replica.log().beginAt(start);
            first = start;
        }
        LOG.info("copying shard {} of '{}' from {}, offsets {} to {}", id, replica.logName(), node, first, end);
        for (long next = first; next < end; next = replica.log().endOffset()) {
            var batches = wait(peers.batches(node, id.log(), id.number(), next, end, RUN_BYTES));
            if (batches.isEmpty()) {
                throw new IllegalStateException(node + " has nothing at offset " + next + " of shard " + id);
            }
            replica.copy(batches);
            for (var batch : batches) {
                bytes += batch.sizeBytes();
            }
            progress.copied(replica.id(), bytes, replica.log().endOffset() - first, end - replica.log().endOffset());
            long due = began + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
        }
        if (!Arrays.equals(replica.log().digest(first, end), wait(peers.digest(node, id.log(), id.number(), first, end)))) {
            throw new IllegalStateException("shard " + id + " differs from that of " + node + " after it was copied");
        }
    }

    /** Copies from whichever member can give it. */
    void fillFromAny(ShardReplica replica, long end) {
        fillFromAny(replica, end, members.get());
    }

    /** Copies from whichever of some nodes, or else of the members, can give it. */
    void fillFrom(ShardReplica replica, long end, List<String> nodes) {
        var all = new LinkedHashSet<>(nodes);
        all.addAll(members.get());
        fillFromAny(replica, end, all);
    }

    private void fillFromAny(ShardReplica replica, long end, Collection<String> nodes) {
        RuntimeException failed = new IllegalStateException("shard " + replica.id() + " ends at "
                + replica.log().endOffset() + " here, " + end + " were committed, and no other node has a copy: restore it"
                + " from a backup");
        for (var node : nodes) {
            try {
                fill(replica, end, node);
                return;
            } catch (RuntimeException e) {
                LOG.warn("shard {} cannot be copied from {}: {}", replica.id(), node, e.getMessage());
                failed.addSuppressed(e);
            }
        }
        throw failed;
    }

    private static <T> T wait(CompletableFuture<T> answer) {
        try {
            return answer.orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("a peer did not answer: " + e.getCause(), e);
        }
    }
}
