package io.forelog.server.live;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long calls of one kind took: over the last interval, and since the start. Recording is safe for any thread. */
public final class Latencies {

    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final Recorder recorder = new Recorder(HIGHEST_MICROS, 2);
    private Histogram interval = recorder.getIntervalHistogram();
    private volatile Snapshot last = new Snapshot(0, 0, 0, 0);

    /** Percentiles in microseconds; all 0 where nothing was recorded. */
    public record Snapshot(long count, long p50Micros, long p99Micros, long p999Micros) {}

    public void record(long nanos) {
        recorder.recordValue(Math.min(HIGHEST_MICROS, nanos / 1000));
    }

    /** Ends the interval; called by one thread. */
    public void tick() {
        interval = recorder.getIntervalHistogram(interval);
        last = interval.getTotalCount() == 0
                ? new Snapshot(0, 0, 0, 0)
                : new Snapshot(
                        interval.getTotalCount(),
                        interval.getValueAtPercentile(50),
                        interval.getValueAtPercentile(99),
                        interval.getValueAtPercentile(99.9));
    }

    /** Returns what the last interval recorded. */
    public Snapshot last() {
        return last;
    }
}
