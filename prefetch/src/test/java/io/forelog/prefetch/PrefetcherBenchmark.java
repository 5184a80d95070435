package io.forelog.prefetch;

import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Guesses;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What learning from a read takes: the model alone, and with the judging and fetching of its guesses. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(0)
public class PrefetcherBenchmark {

    private static final int PATHS = 4_000;
    private static final int LENGTH = 25;
    private static final int READERS = 64;

    private final long[][] paths = new long[PATHS][LENGTH];
    private final int[] pathOf = new int[READERS];
    private final int[] stepOf = new int[READERS];
    private final Random random = new Random(5);
    private final Guesses guesses = new Guesses();
    private final AccessModel model =
            new AccessModel(PrefetchConfig.DEFAULT.sources(), PrefetchConfig.DEFAULT.modelBytesMax());
    private final InstantTarget target = new InstantTarget(5_000);
    private long now;
    private final Prefetcher prefetcher =
            new Prefetcher(PrefetchConfig.DEFAULT, target, () -> now, () -> now, Runnable::run, ModelKey::logAndShard);

    /** Takes, as its one argument, the name of a benchmark, or nothing for all. */
    public static void main(String[] arguments) throws Exception {
        var names = PrefetcherBenchmark.class.getName() + "." + String.join("", arguments);
        new Runner(new OptionsBuilder().include(names).build()).run();
    }

    @Setup
    public void makePaths() {
        for (var path : paths) {
            for (int i = 0; i < LENGTH; i++) {
                path[i] = random.nextLong() >>> 24;
            }
        }
    }

    /** Readers in turn walk along paths, half of which many take, and sometimes leave them. */
    private long next(int reader) {
        if (++stepOf[reader] == LENGTH || random.nextInt(16) == 0) {
            stepOf[reader] = 0;
            pathOf[reader] = random.nextBoolean() ? random.nextInt(PATHS / 20) : random.nextInt(PATHS);
        }
        return paths[pathOf[reader]][stepOf[reader]];
    }

    @Benchmark
    public int reads() {
        int reader = (int) (++now % READERS);
        return (int) next(reader);
    }

    @Benchmark
    public int model() {
        int reader = (int) (++now % READERS);
        model.onRead(reader, next(reader), now, now, 0);
        model.guess(guesses);
        return guesses.size();
    }

    @Benchmark
    public void prefetcher() {
        int reader = (int) (++now % READERS);
        long key = next(reader);
        prefetcher.onRead(reader, key, target.read(key));
    }
}
