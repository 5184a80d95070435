package io.forelog.loadgen.load;

import org.HdrHistogram.AbstractHistogram;

/** A distribution of latencies in a few figures, all in microseconds. */
public record LatencySummary(
        long count, double mean, double p50, double p90, double p99, double p999, double p9999, double max) {

    /** @param nanos a histogram of nanoseconds */
    public static LatencySummary of(AbstractHistogram nanos) {
        return new LatencySummary(
                nanos.getTotalCount(),
                micros(nanos.getTotalCount() == 0 ? 0 : nanos.getMean()),
                micros(nanos.getValueAtPercentile(50)),
                micros(nanos.getValueAtPercentile(90)),
                micros(nanos.getValueAtPercentile(99)),
                micros(nanos.getValueAtPercentile(99.9)),
                micros(nanos.getValueAtPercentile(99.99)),
                micros(nanos.getMaxValue()));
    }

    private static double micros(double nanos) {
        return Math.round(nanos / 100) / 10.0;
    }
}
