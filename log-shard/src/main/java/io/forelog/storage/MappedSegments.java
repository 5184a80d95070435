package io.forelog.storage;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Which segments of all shards are mapped. Beyond a bound one that was not read since the hand last came by is
 * unmapped (Corbató's CLOCK: a read costs no more than a flag).
 *
 * <p>Safe for use by any thread.
 */
final class MappedSegments {

    private final int max;
    private final SequencedSet<Segment> mapped = new LinkedHashSet<>();

    MappedSegments(int max) {
        this.max = max;
    }

    /** Takes note that {@code segment} was mapped. To be called without holding its lock. */
    void mapped(Segment segment) {
        for (var victim : add(segment)) {
            victim.unmap();
        }
    }

    private synchronized List<Segment> add(Segment segment) {
        mapped.addLast(segment);
        var victims = new ArrayList<Segment>();
        for (int passedOver = 0; mapped.size() > max; ) {
            var oldest = mapped.removeFirst();
            if (oldest.isMapped() && passedOver < max && (oldest == segment || oldest.wasReadSince())) {
                passedOver++;
                mapped.addLast(oldest);
            } else {
                victims.add(oldest);
            }
        }
        return victims;
    }

    synchronized int count() {
        mapped.removeIf(segment -> !segment.isMapped());
        return mapped.size();
    }
}
