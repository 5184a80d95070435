package io.forelog.loadgen.regions;

import io.forelog.loadgen.trace.Trace;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** The reads of a trace one after another, each not before its time, and what they took. For one thread. */
final class PacedReads {

    private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(1);

    private final Trace trace;
    private final int[] numbers;
    private final long gapNanos;
    private final Source source;
    private final Histogram latency = new Histogram(LATENCY_NANOS_MAX, 3);
    private int done;
    private long hits;

    /** @param hit whether a cache had it */
    record Read(byte[] value, boolean hit) {}

    interface Source {
        Read read(String reader, int number) throws Exception;
    }

    /** @param rate reads a second, at most */
    PacedReads(Trace trace, double rate, Source source) {
        this.trace = trace;
        this.numbers = trace.numbers();
        this.gapNanos = (long) (TimeUnit.SECONDS.toNanos(1) / rate);
        this.source = source;
    }

    boolean isLeft() {
        return done < numbers.length;
    }

    void next(int count) throws Exception {
        long due = System.nanoTime();
        for (int end = Math.min(numbers.length, done + count); done < end; done++, due += gapNanos) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long began = System.nanoTime();
            var read = source.read(Long.toString(trace.clients()[done]), numbers[done]);
            latency.recordValue(Math.min(LATENCY_NANOS_MAX, System.nanoTime() - began));
            hits += read.hit() ? 1 : 0;
        }
    }

    double hitRatio() {
        return (double) hits / done;
    }

    @Override
    public String toString() {
        return String.format(
                "%.1f %% of %,d hit, p50 %,d us, p99 %,d us",
                100 * hitRatio(),
                done,
                latency.getValueAtPercentile(50) / 1000,
                latency.getValueAtPercentile(99) / 1000);
    }
}
