package io.forelog.cache;

import io.forelog.cache.global.GlobalConfig;
import io.forelog.cache.global.GlobalTier;
import io.forelog.cache.global.RedisConnection;
import io.forelog.cache.local.LocalCache;
import io.forelog.cache.regional.RegionalConfig;
import io.forelog.cache.regional.RegionalTier;
import io.forelog.cache.value.ValueSealer;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What a read takes that each of the tiers answers: one, and a hundred in a batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(0)
public class ReadPathBenchmark {

    private static final int RECORDS = 10_000;
    private static final int BATCH = 100;
    private static final LogRecord RECORD = new LogRecord(new byte[16], new byte[1_024], List.of(), 1);

    private final MapCache<GlobalAddress, LogRecord> full = new MapCache<>();
    private Path directory;
    private ReadPath local;
    private ReadPath regional;
    private ReadPath global;
    private ReadPath owner;

    /** Takes, as its one argument, the name of a benchmark, or nothing for all. */
    public static void main(String[] arguments) throws Exception {
        var names = ReadPathBenchmark.class.getName() + "." + String.join("", arguments);
        new Runner(new OptionsBuilder().include(names).build()).run();
    }

    @Setup
    public void open() throws Exception {
        directory = Files.createTempDirectory("forelog-bench");
        var hazelcast = new RegionalTier(RegionalConfig.alone("bench", "here", 25_701, 256 << 20));
        var redis = new GlobalTier(
                new GlobalConfig("bench", Duration.ofHours(1), new RedisConnection.Embedded(directory, 256 << 20)));
        local = path(full, List.of());
        owner = path(MapCache.thatKeepsNothing(), List.of());
        regional = path(
                MapCache.thatKeepsNothing(),
                List.of(new SharedTier(AnsweredBy.REGIONAL, hazelcast, TierConfig.REGIONAL)));
        global =
                path(MapCache.thatKeepsNothing(), List.of(new SharedTier(AnsweredBy.GLOBAL, redis, TierConfig.GLOBAL)));
        while (hazelcast.state() != TierState.READY || redis.state() != TierState.READY) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < RECORDS; i++) {
            local.read(at(i)).toCompletableFuture().join();
            regional.committed(at(i), RECORD, FillPolicy.CRITICAL)
                    .toCompletableFuture()
                    .join();
            global.committed(at(i), RECORD, FillPolicy.CRITICAL)
                    .toCompletableFuture()
                    .join();
        }
    }

    private static ReadPath path(LocalCache<GlobalAddress, LogRecord> cache, List<SharedTier> tiers) {
        var config = ReadPathConfig.of("here").withOrder(ReadOrder.TIERS_FIRST);
        var path = new ReadPath(config, cache, tiers, new SameRecord(), log -> FillPolicy.DEFAULT, ValueSealer.NONE);
        path.start();
        return path;
    }

    /** An owner that costs nothing. */
    private static final class SameRecord implements Owner {

        @Override
        public boolean isLocal(GlobalAddress address) {
            return true;
        }

        @Override
        public CompletionStage<LogRecord> read(GlobalAddress address, ReplicaTimes times) {
            return CompletableFuture.completedFuture(RECORD);
        }

        @Override
        public CompletionStage<?> readAll(Collection<GlobalAddress> addresses, BatchReader reader) {
            reader.told(addresses.stream().collect(Collectors.toMap(a -> a, a -> new Outcome.Found<>(RECORD))));
            return CompletableFuture.completedFuture(true);
        }
    }

    @TearDown
    public void close() throws Exception {
        regional.close();
        global.close();
        Files.walk(directory)
                .sorted(Comparator.reverseOrder())
                .map(Path::toFile)
                .forEach(File::delete);
    }

    private static GlobalAddress at(long offset) {
        return new GlobalAddress(1, 1, offset);
    }

    private static GlobalAddress any() {
        return at(ThreadLocalRandom.current().nextInt(RECORDS));
    }

    private static List<GlobalAddress> batch() {
        return ThreadLocalRandom.current()
                .ints(BATCH, 0, RECORDS)
                .mapToObj(ReadPathBenchmark::at)
                .toList();
    }

    @Benchmark
    public Object localOne() {
        return local.local(any());
    }

    @Benchmark
    public Object ownerOne() {
        return owner.read(any()).toCompletableFuture().join();
    }

    @Benchmark
    public Object regionalOne() {
        return regional.read(any()).toCompletableFuture().join();
    }

    @Benchmark
    public Object regionalBatch() {
        return regional.readAll(batch()).toCompletableFuture().join();
    }

    @Benchmark
    public Object globalOne() {
        return global.read(any()).toCompletableFuture().join();
    }

    @Benchmark
    public Object globalBatch() {
        return global.readAll(batch()).toCompletableFuture().join();
    }
}
