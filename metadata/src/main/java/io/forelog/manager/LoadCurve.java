package io.forelog.manager;

import io.forelog.metadata.KeyRange;
import java.util.List;

/**
 * How a shard's load lies over its range: equal slices of the range, and the hottest keys by themselves (which are
 * not in the slices). The arrays are not copied.
 *
 * @param slices load of each; at least one
 * @param readShare of all that load, 0 to 1
 */
public record LoadCurve(KeyRange range, float[] slices, List<HotKey> hotKeys, double readShare) {

    /** A key, or locality prefix, with its share of the load as a rate. */
    public record HotKey(String name, long hash, double load) {}

    /**
     * Where to divide a shard.
     *
     * @param at the first hash of the upper part
     * @param lowerShare of the load that falls below it, from 0 to 1
     */
    public record Point(long at, double lowerShare) {

        /** Returns the share of the hotter part. */
        public double hotterShare() {
            return Math.max(lowerShare, 1 - lowerShare);
        }
    }

    public LoadCurve {
        hotKeys = List.copyOf(hotKeys);
    }

    /** A curve of reads alone. */
    public LoadCurve(KeyRange range, float[] slices, List<HotKey> hotKeys) {
        this(range, slices, hotKeys, 1);
    }

    /** A curve that knows nothing but that load is spread evenly. */
    public static LoadCurve even(KeyRange range) {
        return new LoadCurve(range, new float[] {1}, List.of());
    }

    /** Returns the point that divides the load best; of a range of a single hash, that hash with all load below it. */
    public Point best() {
        if (range.from() == range.last()) {
            return new Point(range.from(), 1);
        }
        double total = total();
        if (total <= 0) {
            return new Point(boundary(0.5), 0.5);
        }
        var best = new Point(boundary(0.5), lowerLoad(boundary(0.5)) / total);
        best = better(best, inSlices(total), total);
        for (var key : hotKeys) {
            // A heavy key belongs to whichever side then is the lighter one: cut just below it and just above.
            best = better(best, key.hash(), total);
            best = better(best, key.hash() + 1, total);
        }
        return best;
    }

    /**
     * Returns how a point that someone chose divides the load.
     *
     * @throws IllegalArgumentException if it lies outside of the range, or at its very beginning
     */
    public Point at(long hash) {
        if (hash == range.from() || !range.contains(hash)) {
            throw new IllegalArgumentException(
                    "the upper part begins within " + range + ", above its first hash, not at " + KeyRange.hex(hash));
        }
        double total = total();
        return new Point(hash, total <= 0 ? position(hash) : lowerLoad(hash) / total);
    }

    /** Returns the hottest key if it alone carries more than {@code share} of the load, else an empty list. */
    public List<HotKey> indivisible(double share) {
        double total = total();
        return hotKeys.stream()
                .filter(key -> total > 0 && key.load() > share * total)
                .limit(1)
                .toList();
    }

    private Point better(Point best, long at, double total) {
        boolean inside = Long.compareUnsigned(at, range.from()) > 0 && Long.compareUnsigned(at, range.last()) <= 0;
        if (!inside) {
            return best;
        }
        var point = new Point(at, lowerLoad(at) / total);
        return point.hotterShare() < best.hotterShare() ? point : best;
    }

    /** Returns what a key carries, as far as it is known by name. */
    double loadOf(String key) {
        return hotKeys.stream()
                .filter(each -> each.name().equals(key))
                .mapToDouble(HotKey::load)
                .sum();
    }

    double total() {
        double total = 0;
        for (float slice : slices) {
            total += slice;
        }
        for (var key : hotKeys) {
            total += key.load();
        }
        return total;
    }

    /** Walks over the slices, with the hot keys where they lie, until half of the load is below. */
    private long inSlices(double total) {
        double below = 0;
        for (int i = 0; i < slices.length; i++) {
            double keys = keysIn((double) i / slices.length, (double) (i + 1) / slices.length);
            if (below + slices[i] + keys >= total / 2) {
                double rest = total / 2 - below;
                double part = slices[i] <= 0 ? 1 : Math.clamp(rest / (slices[i] + keys), 0, 1);
                return boundary((i + part) / slices.length);
            }
            below += slices[i] + keys;
        }
        return boundary(0.5);
    }

    private double keysIn(double from, double end) {
        double sum = 0;
        for (var key : hotKeys) {
            double at = position(key.hash());
            sum += at >= from && at < end ? key.load() : 0;
        }
        return sum;
    }

    private double lowerLoad(long at) {
        double position = position(at) * slices.length;
        double sum = 0;
        for (int i = 0; i < slices.length; i++) {
            sum += slices[i] * Math.clamp(position - i, 0.0, 1.0);
        }
        for (var key : hotKeys) {
            sum += Long.compareUnsigned(key.hash(), at) < 0 ? key.load() : 0;
        }
        return sum;
    }

    /** Where in the range a hash lies, 0 to 1. */
    private double position(long hash) {
        return unsigned(hash - range.from()) / (unsigned(range.last() - range.from()) + 1);
    }

    private long boundary(double position) {
        double offset = position * (unsigned(range.last() - range.from()) + 1);
        long steps = offset >= 0x1p63 ? (long) (offset - 0x1p63) + Long.MIN_VALUE : (long) offset;
        long at = range.from() + steps;
        boolean inside = Long.compareUnsigned(at, range.from()) > 0 && Long.compareUnsigned(at, range.last()) <= 0;
        return inside ? at : position < 0.5 ? range.from() + 1 : range.last();
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
    }
}
