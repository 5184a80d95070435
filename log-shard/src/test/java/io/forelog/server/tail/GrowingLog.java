package io.forelog.server.tail;

import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.ClientState;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.PlanBook;
import io.forelog.metadata.Shard;
import io.forelog.metadata.ShardMap;
import io.forelog.metadata.ShardState;
import io.forelog.metadata.StoredPolicy;
import io.forelog.record.Compression;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.server.route.TestMetadata;
import io.forelog.server.shard.ShardReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A log in memory that is split and merged while it is appended to. What the metadata say of it comes later than what
 * happened: a shard is sealed, and its children have records, before readers can know of it.
 */
public final class GrowingLog implements ClusterFeed.Readers, AutoCloseable {

    private static final String NAME = "growing";
    private static final long INCARNATION = 7;

    private final TestMetadata metadata = new TestMetadata();
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final Map<Integer, List<LogRecord>> records = new HashMap<>();
    private final Map<Integer, Long> starts = new HashMap<>();
    private final List<Wait> waits = new ArrayList<>();
    private Log truth;

    private record Wait(int shard, long offset, CompletableFuture<Void> come) {}

    public GrowingLog(int shards) {
        var groups = new ArrayList<Integer>();
        for (int i = 0; i < shards; i++) {
            groups.add(0);
        }
        truth = new Log(NAME, INCARNATION, LogSettings.defaults(1), ShardMap.initial(groups), 0);
        publish();
    }

    public TestMetadata metadata() {
        return metadata;
    }

    public synchronized Log log() {
        return truth;
    }

    /** Lets the readers' node know what the map is. */
    public synchronized void publish() {
        var before = metadata.state();
        metadata.become(new ClusterState(
                before.version() + 1,
                8,
                Map.of(NAME, truth),
                Map.of(),
                Set.of(),
                List.of(),
                ClientState.EMPTY,
                StoredPolicy.DEFAULT,
                PlanBook.EMPTY));
    }

    public synchronized void append(String key, String value) {
        var bytes = key.getBytes(StandardCharsets.UTF_8);
        int shard = truth.shards().shardOf(KeyHash.of(bytes)).number();
        var all = records.computeIfAbsent(shard, unseen -> new ArrayList<>());
        all.add(new LogRecord(bytes, value.getBytes(StandardCharsets.UTF_8), List.of(), 1_000 + all.size()));
        waits.removeIf(wait -> {
            boolean isOver = wait.shard() == shard && wait.offset() < all.size();
            if (isOver) {
                wait.come().complete(null);
            }
            return isOver;
        });
    }

    /** Splits an open shard, or merges two neighbours. */
    public synchronized void change(Random random) {
        var open = truth.shards().open();
        int chosen = random.nextInt(open.size());
        if (open.size() > 1 && random.nextBoolean()) {
            int left = Math.min(chosen, open.size() - 2);
            replace(
                    List.of(open.get(left), open.get(left + 1)),
                    List.of(new KeyRange(
                            open.get(left).range().from(),
                            open.get(left + 1).range().last())));
        } else {
            var range = open.get(chosen).range();
            long middle = range.from() + Long.divideUnsigned(range.last() - range.from(), 2);
            replace(
                    List.of(open.get(chosen)),
                    List.of(new KeyRange(range.from(), middle), new KeyRange(middle + 1, range.last())));
        }
    }

    private void replace(List<Shard> parents, List<KeyRange> ranges) {
        var shards = new ArrayList<>(truth.shards().shards());
        var numbers = parents.stream().map(Shard::number).toList();
        var children = new ArrayList<Integer>();
        for (var range : ranges) {
            children.add(shards.size());
            shards.add(new Shard(shards.size(), ShardState.OPEN, range, 0, numbers, List.of()));
        }
        for (var parent : parents) {
            shards.set(
                    parent.number(),
                    new Shard(parent.number(), ShardState.SEALED, parent.range(), 0, parent.parents(), children));
        }
        truth = new Log(
                NAME, INCARNATION, truth.settings(), new ShardMap(truth.shards().version() + 1, shards), 0);
    }

    /** Deletes all records that a shard has now. */
    public synchronized void expire(int shard) {
        starts.put(shard, (long) records.getOrDefault(shard, List.of()).size());
    }

    @Override
    public ShardReader of(Log log, int shard) {
        return new Reader(shard);
    }

    private final class Reader implements ShardReader {

        private final int shard;

        Reader(int shard) {
            this.shard = shard;
        }

        private Bounds now() {
            return new Bounds(
                    starts.getOrDefault(shard, 0L),
                    records.getOrDefault(shard, List.of()).size());
        }

        @Override
        public CompletableFuture<Bounds> bounds() {
            return CompletableFuture.supplyAsync(
                    () -> {
                        synchronized (GrowingLog.this) {
                            return now();
                        }
                    },
                    pool);
        }

        @Override
        public CompletableFuture<Run> run(long from, int bytesMax) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        synchronized (GrowingLog.this) {
                            if (from < now().start()) {
                                throw new RecordExpiredException(shard, from, now().start());
                            }
                            return new Run(now(), from >= now().highWatermark() ? List.of() : List.of(batch(from)));
                        }
                    },
                    pool);
        }

        private RecordBatch batch(long from) {
            var builder = new RecordBatchBuilder(Compression.NONE);
            var all = records.get(shard);
            all.subList((int) from, (int) Math.min(all.size(), from + 100)).forEach(builder::add);
            return builder.build().withBaseOffset(from, 1);
        }

        @Override
        public CompletableFuture<Long> offsetAtTime(long timestamp) {
            return bounds().thenApply(bounds -> Math.clamp(timestamp - 1_000, 0, bounds.highWatermark()));
        }

        @Override
        public CompletableFuture<Long> await(long offset, Duration wait, CompletionStage<?> givenUp) {
            var come = new CompletableFuture<Void>();
            synchronized (GrowingLog.this) {
                if (offset < now().highWatermark()) {
                    come.complete(null);
                } else {
                    waits.add(new Wait(shard, offset, come));
                }
            }
            givenUp.thenRun(() -> come.complete(null));
            return come.completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
                    .thenComposeAsync(done -> bounds(), pool)
                    .thenApply(Bounds::highWatermark);
        }

        @Override
        public CompletableFuture<Long> newest(byte[] key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Long> newestOfAll(byte[] key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<long[]> offsetsFrom(byte[] key, long from, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<long[]> offsetsBelow(byte[] key, long end, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<List<LogRecord>> records(long[] offsets, int bytesMax) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
