package io.forelog.server.tail;

import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.server.shard.ShardReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * All shards of the cluster, for readers that go on and on. While somebody waits for a shard there is one call under
 * way that waits for it in turn, here or on the node that leads it, however many wait; what it brings is known to all
 * of them at once. So a node that holds no replica serves tails as well as one that does, without a thread for any.
 *
 * <p>Keeps a few words for each shard that was read so, until its log is deleted.
 */
public final class ClusterFeed implements ShardFeed {

    /** Where the readers of shards come from. */
    @FunctionalInterface
    public interface Readers {
        ShardReader of(Log log, int shard);
    }

    /** After so long without news the leader is asked, who may be another than the one that was waited with. */
    private static final Duration WAIT = Duration.ofSeconds(5);

    private static final long RETRY_MILLIS = 100;

    private final MetadataStore metadata;
    private final Readers readers;
    private final Map<ShardId, ShardWatch> watches = new ConcurrentHashMap<>();
    private final Set<ShardId> followed = ConcurrentHashMap.newKeySet();

    public ClusterFeed(MetadataStore metadata, Readers readers) {
        this.metadata = metadata;
        this.readers = readers;
        metadata.watch(this::changed);
    }

    private void changed(ClusterState before, ClusterState after) {
        if (before.logs() == after.logs()) {
            return;
        }
        watches.forEach((shard, watch) -> {
            var now = after.find(shard.log());
            if (now == null) {
                watches.remove(shard);
                watch.changed();
            } else if (now != before.find(shard.log())) {
                watch.changed();
            }
        });
    }

    private static ShardId id(Log log, int shard) {
        return new ShardId(log.incarnation(), shard);
    }

    private ShardWatch watch(Log log, int shard) {
        return watches.computeIfAbsent(id(log, shard), unseen -> new ShardWatch());
    }

    private static boolean isSealed(Log log, int shard) {
        var known = log.shards().shard(shard);
        return known != null && !known.isOpen();
    }

    @Override
    public Extent extent(Log log, int shard) {
        return watch(log, shard).extent();
    }

    @Override
    public CompletionStage<Void> learn(Log log, Collection<Integer> shards) {
        return CompletableFuture.allOf(shards.stream()
                .filter(shard -> !watch(log, shard).extent().isFinal())
                .map(shard -> learn(log, shard))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> learn(Log log, int shard) {
        return readers.of(log, shard).bounds().thenAccept(bounds -> watch(log, shard)
                .learned(bounds, isSealed(log, shard)));
    }

    @Override
    public CompletionStage<Chunk> read(Log log, int shard, long from, int recordsMax, int bytesMax) {
        return readers.of(log, shard)
                .run(from, bytesMax)
                .whenComplete((run, failure) -> {
                    if (run != null) {
                        watch(log, shard).learned(run.bounds(), false);
                    } else if (cause(failure) instanceof RecordExpiredException expired) {
                        watch(log, shard).expired(expired.startOffset());
                    }
                })
                .thenApply(run -> {
                    if (from > run.bounds().highWatermark()) {
                        throw new NoSuchRecordException(
                                shard, from, run.bounds().highWatermark());
                    }
                    return chunk(shard, run, from, recordsMax, bytesMax);
                });
    }

    private static Chunk chunk(int shard, ShardReader.Run run, long from, int recordsMax, int bytesMax) {
        var records = new ArrayList<LogRecord>();
        int bytes = 0;
        long next = from;
        for (var batch : run.batches()) {
            var all = batch.records();
            for (int i = (int) (next - batch.baseOffset());
                    i < all.size() && records.size() < recordsMax && bytes < bytesMax;
                    i++) {
                records.add(all.get(i));
                bytes += all.get(i).weight();
                next++;
            }
        }
        return new Chunk(shard, from, records);
    }

    @Override
    public CompletionStage<Long> offsetAtTime(Log log, int shard, long timestamp) {
        return readers.of(log, shard).offsetAtTime(timestamp);
    }

    @Override
    public Waiting await(Log log, int shard, long offset, Runnable come) {
        var watch = watch(log, shard);
        var waiting = watch.await(offset, come);
        follow(id(log, shard), watch);
        return waiting;
    }

    /** Learns of a shard again and again while somebody waits for it. */
    private void follow(ShardId shard, ShardWatch watch) {
        if (followed.add(shard)) {
            step(shard, watch);
        }
    }

    private void step(ShardId shard, ShardWatch watch) {
        var log = metadata.state().find(shard.log());
        if (log == null || watch.extent().isFinal() || !watch.isAwaited()) {
            followed.remove(shard);
            // Somebody may have come just before that, and found it followed.
            if (log != null && !watch.extent().isFinal() && watch.isAwaited()) {
                follow(shard, watch);
            }
            return;
        }
        news(log, shard.number(), watch).whenComplete((isNews, failure) -> {
            if (failure == null && isNews) {
                step(shard, watch);
            } else {
                later(() -> step(shard, watch));
            }
        });
    }

    private static void later(Runnable step) {
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(step);
    }

    /** Returns whether to go on at once; else whoever answered had nothing to tell, and did not wait for it either. */
    private CompletableFuture<Boolean> news(Log log, int shard, ShardWatch watch) {
        try {
            if (!watch.isKnown() || isSealed(log, shard)) {
                return learn(log, shard).thenApply(learned -> true);
            }
            long known = watch.extent().highWatermark();
            long began = System.nanoTime();
            return readers.of(log, shard).await(known, WAIT, watch.change()).thenCompose(end -> {
                watch.reached(end);
                return end > known
                        ? CompletableFuture.completedFuture(true)
                        : learn(log, shard)
                                .thenApply(learned -> watch.extent().highWatermark() > known
                                        || System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
            });
        } catch (RuntimeException e) {
            // A pool that is full refuses on the spot.
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
