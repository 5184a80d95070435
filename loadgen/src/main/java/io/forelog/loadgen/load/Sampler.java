package io.forelog.loadgen.load;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Looks at the measurements four times a second for who watches, and once a second for the series. Ends the loop when
 * no more records fit into the history. Confined to the run's context.
 */
final class Sampler {

    private static final long TICK_MILLIS = 250;
    private static final int TICKS_PER_SAMPLE = 4;
    private static final int POINTS_MAX = 1_200;

    private final Vertx vertx;
    private final Measurements measurements;
    private final LoadListener listener;
    private final LoadLoop loop;
    private final BooleanSupplier mustEnd;
    private final TimeSeries series = new TimeSeries(POINTS_MAX);
    private final Histogram sample = Measurements.Kind.histogram();
    private long timer;
    private int ticks;
    private long sampledAt;
    private long errorsBefore;
    private long cachedBefore;
    private boolean measuring;
    private boolean endedEarly;
    private String figures = "";

    Sampler(Vertx vertx, Measurements measurements, LoadListener listener, LoadLoop loop, BooleanSupplier mustEnd) {
        this.vertx = vertx;
        this.measurements = measurements;
        this.listener = listener;
        this.loop = loop;
        this.mustEnd = mustEnd;
    }

    void start() {
        sampledAt = measurements.window().from();
        listener.phase("warming up");
        timer = vertx.setPeriodic(TICK_MILLIS, tick -> tick());
    }

    void stop() {
        vertx.cancelTimer(timer);
        sample(System.nanoTime());
    }

    List<TimeSeries.Point> points() {
        return series.points();
    }

    /** Returns whether the loop was ended because the history was full, or on demand. */
    boolean endedEarly() {
        return endedEarly;
    }

    private void tick() {
        long now = System.nanoTime();
        var window = measurements.window();
        if (!measuring && window.isMeasured(now)) {
            measuring = true;
            listener.phase("measuring");
        }
        if (++ticks % TICKS_PER_SAMPLE == 0) {
            sample(now);
        }
        long millis = (now - window.from()) / 1_000_000;
        long total = window.length().toMillis();
        listener.progress(Math.min(millis, total), total, figures);
        if (!endedEarly && mustEnd.getAsBoolean()) {
            endedEarly = true;
            loop.stop();
        }
    }

    private void sample(long now) {
        double seconds = (now - sampledAt) / 1e9;
        sampledAt = now;
        sample.reset();
        measurements.kinds().forEach((kind, figuresOfKind) -> {
            listener.interval(kind, figuresOfKind.sinceSample);
            sample.add(figuresOfKind.sinceSample);
        });
        long errors = measurements.errorCount();
        double records = take(OperationKind.APPEND, true) / seconds;
        double reads = take(OperationKind.READ, false) / seconds;
        take(OperationKind.TAIL, true);
        var latency = LatencySummary.of(sample);
        series.add(new TimeSeries.Point(
                measurements.window().elapsedSeconds(now),
                seconds,
                records,
                reads,
                (measurements.cachedReads() - cachedBefore) / seconds,
                latency.p50(),
                latency.p99(),
                errors - errorsBefore));
        errorsBefore = errors;
        cachedBefore = measurements.cachedReads();
        figures = String.format(
                Locale.ROOT,
                "%,.0f rec/s %,.0f read/s p50 %.2f ms p99 %.2f ms%s",
                records,
                reads,
                latency.p50() / 1e3,
                latency.p99() / 1e3,
                errors > 0 ? " " + errors + " errors" : "");
    }

    private double take(OperationKind kind, boolean records) {
        var figuresOfKind = measurements.kinds().get(kind);
        if (figuresOfKind == null) {
            return 0;
        }
        long count = records ? figuresOfKind.recordsSinceSample : figuresOfKind.completedSinceSample;
        figuresOfKind.resetSample();
        return count;
    }
}
