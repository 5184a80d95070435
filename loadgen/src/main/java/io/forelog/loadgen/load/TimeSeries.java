package io.forelog.loadgen.load;

import java.util.ArrayList;
import java.util.List;

/**
 * A run's figures over time, one point for each second at first. When there are too many points, each two neighbours
 * become one and points are twice as long from then on.
 */
public final class TimeSeries {

    private final int pointsMax;
    private final List<Point> points = new ArrayList<>();
    private Point growing = Point.NONE;
    private double pointSeconds;

    /**
     * What happened in a stretch of time.
     *
     * @param second the stretch's end, since the run began
     * @param seconds the stretch's length
     * @param recordsPerSecond appended, or delivered to tails
     * @param readsPerSecond point reads
     * @param cachedReadsPerSecond those of them that a cache answered
     * @param p50 microseconds, of all operations that ended in it
     * @param p99 microseconds; of joined stretches, the highest one
     * @param errors operations that failed in it
     */
    public record Point(
            double second,
            double seconds,
            double recordsPerSecond,
            double readsPerSecond,
            double cachedReadsPerSecond,
            double p50,
            double p99,
            long errors) {

        static final Point NONE = new Point(0, 0, 0, 0, 0, 0, 0, 0);

        /** Returns the share of the point reads that a cache answered; 0 without any. */
        public double hitRatio() {
            return readsPerSecond == 0 ? 0 : cachedReadsPerSecond / readsPerSecond;
        }

        Point joined(Point later) {
            double both = seconds + later.seconds;
            double share = seconds / both;
            return new Point(
                    later.second,
                    both,
                    recordsPerSecond * share + later.recordsPerSecond * (1 - share),
                    readsPerSecond * share + later.readsPerSecond * (1 - share),
                    cachedReadsPerSecond * share + later.cachedReadsPerSecond * (1 - share),
                    p50 * share + later.p50 * (1 - share),
                    Math.max(p99, later.p99),
                    errors + later.errors);
        }
    }

    /** @param pointsMax how many points are kept, at least 2 */
    TimeSeries(int pointsMax) {
        this.pointsMax = pointsMax;
    }

    void add(Point point) {
        growing = growing.seconds() == 0 ? point : growing.joined(point);
        if (growing.seconds() < pointSeconds * 0.99) {
            return;
        }
        points.add(growing);
        growing = Point.NONE;
        if (points.size() >= pointsMax) {
            halve();
        }
    }

    private void halve() {
        var halved = new ArrayList<Point>(pointsMax);
        for (int i = 0; i + 1 < points.size(); i += 2) {
            halved.add(points.get(i).joined(points.get(i + 1)));
        }
        points.clear();
        points.addAll(halved);
        pointSeconds = points.getLast().seconds();
    }

    List<Point> points() {
        return List.copyOf(points);
    }
}
