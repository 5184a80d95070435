package io.forelog.loadgen.rehearse;

import io.forelog.metadata.KeyRange;
import java.util.Arrays;

/**
 * Load over the hash space and over time, on a grid: cells of the hash space, none of which a recorded range divides,
 * and minutes. Within a cell load is taken to be even.
 */
final class RecordedLoad {

    private final double[] bounds;
    private final float[][] requests;
    private final float[][] writes;

    /**
     * @param bounds of the cells, as shares of the hash space, from 0 to 1: one more than cells
     * @param requests by minute and cell, in requests a second
     * @param writes those of them that append, in records a second
     */
    RecordedLoad(double[] bounds, float[][] requests, float[][] writes) {
        this.bounds = bounds;
        this.requests = requests;
        this.writes = writes;
    }

    int minutes() {
        return requests.length;
    }

    /** Returns requests a second within {@code range} in a minute. */
    double requests(KeyRange range, int minute) {
        return sum(requests[minute], from(range), end(range));
    }

    /** Returns records appended a second within {@code range} in a minute. */
    double writes(KeyRange range, int minute) {
        return sum(writes[minute], from(range), end(range));
    }

    double total(int minute) {
        return sum(requests[minute], 0, 1);
    }

    /** Returns how the load of the minutes {@code from} to {@code minute} lies over {@code count} slices of a range. */
    float[] slices(KeyRange range, int from, int minute, int count) {
        double start = from(range);
        double width = end(range) - start;
        var slices = new float[count];
        for (int m = from; m <= minute; m++) {
            for (int i = 0; i < count; i++) {
                slices[i] += (float) sum(requests[m], start + width * i / count, start + width * (i + 1) / count);
            }
        }
        for (int i = 0; i < count; i++) {
            slices[i] /= minute - from + 1;
        }
        return slices;
    }

    private double sum(float[] values, double from, double end) {
        double sum = 0;
        for (int cell = cellAt(from); cell < values.length && bounds[cell] < end; cell++) {
            double inside = Math.min(end, bounds[cell + 1]) - Math.max(from, bounds[cell]);
            sum += values[cell] * Math.clamp(inside / (bounds[cell + 1] - bounds[cell]), 0.0, 1.0);
        }
        return sum;
    }

    private int cellAt(double position) {
        int at = Arrays.binarySearch(bounds, position);
        return Math.max(0, at >= 0 ? at : -at - 2);
    }

    private static double from(KeyRange range) {
        return unsigned(range.from()) * 0x1p-64;
    }

    private static double end(KeyRange range) {
        return (unsigned(range.last()) + 1) * 0x1p-64;
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
    }
}
