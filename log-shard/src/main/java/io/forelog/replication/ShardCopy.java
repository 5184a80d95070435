package io.forelog.replication;

import io.forelog.metadata.MetadataStore;
import io.forelog.raft.RaftRuntime;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what a replica lacks from other members of its group: from where it ends, so that a copy which was cut short
 * goes on there; every batch by its CRC, the whole by its digest; no faster than it may.
 *
 * <p>In the order of offsets, whatever is read most: a shard's queue is appended to and has no holes, and nobody reads
 * a copy before its group holds it, whole. So no order within a shard would let anything be read there sooner; which
 * shard is copied before which others, the shard manager decides.
 *
 * <p>Blocks; safe for use by several threads.
 */
final class ShardCopy {

    private static final Logger LOG = LoggerFactory.getLogger(ShardCopy.class);
    private static final int RUN_BYTES = 1 << 20;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final PeerShards peers;
    private final Function<ShardId, List<String>> holders;
    private final long bytesPerSecond;
    private final RaftRuntime runtime;
    private final CopyProgress.OfGroup progress;
    private final LongPredicate deleted;

    /**
     * @param holders the other nodes that have a shard, those of the group first
     * @param bytesPerSecond how fast one shard is copied. Too high takes disk and network from appends and reads; too
     *     low leaves the group with a copy less for long
     * @param progress told of what is copied
     * @param deleted whether a log of some incarnation is known to be deleted
     */
    ShardCopy(
            PeerShards peers,
            Function<ShardId, List<String>> holders,
            long bytesPerSecond,
            RaftRuntime runtime,
            CopyProgress.OfGroup progress,
            LongPredicate deleted) {
        this.peers = peers;
        this.holders = holders;
        this.bytesPerSecond = bytesPerSecond;
        this.runtime = runtime;
        this.progress = progress;
        this.deleted = deleted;
    }

    /**
     * Copies for a group of this node, from those that hold its shards by the metadata; of one that was moved on since,
     * those of the group may have let go.
     */
    static ShardCopy of(
            int group,
            String self,
            MetadataStore metadata,
            GroupHost host,
            long bytesPerSecond,
            CopyProgress.OfGroup progress) {
        return new ShardCopy(
                host.peers(),
                shard -> ShardGroups.holders(group, shard, metadata.state()).stream()
                        .filter(node -> !node.equals(self))
                        .toList(),
                bytesPerSecond,
                host.runtime(),
                progress,
                log -> metadata.state().isDeleted(log));
    }

    CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
        return peers.checkpoint(node, group, index);
    }

    /** Copies the batches of a shard up to {@code end} from a node. */
    private void fill(ShardReplica replica, long end, String node, LongConsumer copiedBytes) {
        try {
            copy(replica, end, node, copiedBytes);
        } finally {
            progress.ended(replica.id());
        }
    }

    private void copy(ShardReplica replica, long end, String node, LongConsumer copiedBytes) {
        var id = replica.id();
        long began = runtime.nanoTime();
        long bytes = 0;
        long first = replica.log().endOffset();
        if (first >= end) {
            return;
        }
        long start = wait(peers.bounds(node, id.log(), id.number(), first))[0];
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
            long run = batches.stream().mapToLong(RecordBatch::sizeBytes).sum();
            bytes += run;
            copiedBytes.accept(run);
            progress.copied(
                    replica.id(),
                    bytes,
                    replica.log().endOffset() - first,
                    end - replica.log().endOffset());
            long due = began + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
            for (long now = runtime.nanoTime(); now < due; now = runtime.nanoTime()) {
                runtime.pause(Duration.ofNanos(due - now));
            }
        }
        if (!Arrays.equals(
                replica.log().digest(first, end), wait(peers.digest(node, id.log(), id.number(), first, end)))) {
            throw new IllegalStateException("shard " + id + " differs from that of " + node + " after it was copied");
        }
    }

    /**
     * Returns whether what a replica has below {@code end} is what the first of some nodes that can tell has at the
     * same offsets. One that stays from an earlier member of the group on this node, which may have stopped because of
     * it, is not trusted unseen; of a deleted log nobody may have anything any more to compare it with.
     *
     * @throws IllegalStateException if none can tell: none answers, or all have damaged records
     */
    boolean agrees(ShardReplica replica, long end, Collection<String> nodes) {
        var failed = new IllegalStateException(
                "no node can tell whether shard " + replica.id() + " has here what was committed");
        for (var node : nodes) {
            try {
                return agrees(replica, end, node);
            } catch (RuntimeException e) {
                LOG.warn("shard {} cannot be compared with that of {}: {}", replica.id(), node, e.getMessage());
                failed.addSuppressed(e);
            }
        }
        if (deleted.test(replica.id().log())) {
            return true;
        }
        throw failed;
    }

    private boolean agrees(ShardReplica replica, long end, String node) {
        var id = replica.id();
        long here = replica.startOffset();
        long from = Math.max(here, wait(peers.bounds(node, id.log(), id.number(), here))[0]);
        long common = Math.min(end, replica.log().endOffset());
        if (common <= from) {
            return true;
        }
        byte[] there = wait(peers.digest(node, id.log(), id.number(), from, common));
        try {
            return Arrays.equals(replica.log().digest(from, common), there);
        } catch (CorruptBatchException e) {
            LOG.warn("shard {} is damaged here: {}", id, e.getMessage());
            return false;
        }
    }

    /** As {@link #fillNow(ShardReplica, long, Collection, LongConsumer)}; nobody counts. */
    void fillNow(ShardReplica replica, long end, Collection<String> nodes) {
        fillNow(replica, end, nodes, bytes -> {});
    }

    /** As {@link #fillFrom}, from those that hold it; forced at the end. */
    void fillFromAny(ShardReplica replica, long end, BooleanSupplier closed) {
        if (replica.log().endOffset() < end) {
            fillFrom(replica, end, List.of(), closed);
            replica.log().force();
        }
    }

    /**
     * Copies from whichever of some nodes, or else of those that hold it, can give it, and waits for one that can: the
     * records are committed, and where all nodes start at once, another may not have opened its replica yet.
     *
     * @param closed whether the group has stopped, so that nothing is waited for any more
     * @throws IllegalStateException if there is no other node, or the group has stopped
     */
    void fillFrom(ShardReplica replica, long end, List<String> nodes, BooleanSupplier closed) {
        while (replica.log().endOffset() < end) {
            var all = withHolders(replica.id(), nodes);
            try {
                fillNow(replica, end, all);
            } catch (RuntimeException e) {
                if (all.isEmpty() || closed.getAsBoolean()) {
                    throw e;
                }
                LOG.warn("shard {} waits for the records that it is to go on from: {}", replica.id(), e.getMessage());
                runtime.pause(RETRY_PAUSE);
            }
        }
    }

    /** Returns nodes, and after them those that hold a shard and are not among them. */
    Collection<String> withHolders(ShardId shard, List<String> nodes) {
        var all = new LinkedHashSet<>(nodes);
        all.addAll(holders.apply(shard));
        return all;
    }

    /**
     * Copies from the first of some nodes that can give it; where one has damaged records, another goes on. Of a log
     * that was deleted nobody may have them any more, in the archive neither, nor wants them: the replica begins behind
     * them, until it is dropped.
     *
     * @param copiedBytes is told of each run how many bytes it had
     * @throws IllegalStateException if none can; what was copied stays
     */
    void fillNow(ShardReplica replica, long end, Collection<String> nodes, LongConsumer copiedBytes) {
        RuntimeException failed = new IllegalStateException("shard " + replica.id() + " ends at "
                + replica.log().endOffset() + " here, " + end
                + " were committed, and no other node has a copy: restore it"
                + " from a backup");
        for (var node : nodes) {
            try {
                fill(replica, end, node, copiedBytes);
                return;
            } catch (RuntimeException e) {
                LOG.warn("shard {} cannot be copied from {}: {}", replica.id(), node, e.getMessage());
                failed.addSuppressed(e);
            }
        }
        if (deleted.test(replica.id().log())) {
            LOG.info("shard {} goes on without records: its log is deleted", replica.id());
            replica.log().beginAt(end);
            return;
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
