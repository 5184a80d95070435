package io.forelog.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one shard, in order. One thread changes the list; any thread may look meanwhile, at the list as it
 * was before or after.
 */
final class SegmentList {

    private final MappedSegments mapped;
    private volatile Segment[] segments;

    SegmentList(Segment[] segments, MappedSegments mapped) {
        this.mapped = mapped;
        this.segments = segments.clone();
        for (var segment : segments) {
            segment.boundBy(mapped);
        }
    }

    /** Returns all segments; not to be written to. */
    Segment[] all() {
        return segments;
    }

    void add(Segment segment) {
        segment.boundBy(mapped);
        var more = Arrays.copyOf(segments, segments.length + 1);
        more[segments.length] = segment;
        segments = more;
    }

    void removeFirst(int count) {
        segments = Arrays.copyOfRange(segments, count, segments.length);
    }

    /** Returns the last segment that begins at or before {@code offset}, or null if all begin behind it. */
    @Nullable
    Segment from(long offset) {
        var all = segments;
        int low = 0;
        int high = all.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (all[middle].base() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 || all[low].base() > offset ? null : all[low];
    }
}
