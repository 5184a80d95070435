package io.forelog.storage.bench;

import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One thread appends batches of 100 records of 256 bytes, unforced; figures are records a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AppendBenchmark {

    private static final int BATCHES = 512;

    private final RecordBatch[] batches = new RecordBatch[BATCHES];
    private Path directory;
    private Storage storage;
    private ShardLog log;
    private int next;

    @Setup
    public void build() {
        var random = new Random(3);
        for (int i = 0; i < BATCHES; i++) {
            batches[i] = FilledLog.batch(random);
        }
    }

    @Setup(Level.Iteration)
    public void open() {
        directory = FilledLog.temporary();
        storage = new Storage(directory, StorageConfig.defaults().withFreeBytesMin(0));
        log = storage.open(1, 0);
    }

    @TearDown(Level.Iteration)
    public void close() {
        storage.close();
        FilledLog.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(FilledLog.BATCH)
    public long append() {
        return log.append(batches[next++ % BATCHES], 1);
    }
}
