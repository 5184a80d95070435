package io.forelog.storage.bench;

import io.forelog.record.LogRecord;
import java.util.concurrent.ThreadLocalRandom;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One thread reads random records of a shard of many segments from the page cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReadBenchmark {

    private FilledLog filled;
    private byte[][] keys;

    @Setup
    public void fill() {
        filled = new FilledLog();
        keys = new byte[4096][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = FilledLog.key(ThreadLocalRandom.current().nextInt(FilledLog.KEYS));
        }
        for (long offset = 0; offset < filled.log.endOffset(); offset += FilledLog.BATCH) {
            filled.log.read(offset);
        }
    }

    @TearDown
    public void close() {
        filled.close();
    }

    @Benchmark
    public LogRecord byOffset() {
        return filled.log.read(ThreadLocalRandom.current().nextLong(FilledLog.RECORDS));
    }

    @Benchmark
    public long newestOffsetOfKey() {
        return filled.log.newestOffset(keys[ThreadLocalRandom.current().nextInt(keys.length)], FilledLog.RECORDS);
    }

    @Benchmark
    public LogRecord newestOfKey() {
        long offset =
                filled.log.newestOffset(keys[ThreadLocalRandom.current().nextInt(keys.length)], FilledLog.RECORDS);
        return filled.log.read(Math.max(0, offset));
    }
}
