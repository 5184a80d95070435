package io.forelog.loadgen.load;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How a node's memory changed over a run: its second quarter, when it is warm, beside its last. What the heap holds for
 * good is told by the least that is in use in a stretch of time, for the rest is garbage that waits.
 *
 * @param residentBefore median of the second quarter, in bytes
 * @param residentAfter median of the last quarter
 * @param heapBefore least of the second quarter
 * @param heapAfter least of the last quarter
 */
public record MemoryTrend(long residentBefore, long residentAfter, long heapBefore, long heapAfter) {

    /** Fewer points than these tell nothing. */
    public static final int POINTS_MIN = 8;

    /** @param points in order of time, at least {@link #POINTS_MIN} */
    public static MemoryTrend of(List<MemoryWatch.Point> points) {
        int quarter = points.size() / 4;
        var before = points.subList(quarter, 2 * quarter);
        var after = points.subList(points.size() - quarter, points.size());
        return new MemoryTrend(
                median(before, MemoryWatch.Point::residentBytes),
                median(after, MemoryWatch.Point::residentBytes),
                least(before),
                least(after));
    }

    private static long median(List<MemoryWatch.Point> points, ToLongFunction<MemoryWatch.Point> figure) {
        return points.stream().mapToLong(figure).sorted().skip(points.size() / 2).findFirst().orElseThrow();
    }

    private static long least(List<MemoryWatch.Point> points) {
        return points.stream().mapToLong(MemoryWatch.Point::heapBytes).min().orElseThrow();
    }
}
