package io.forelog.storage;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;

/**
 * Lets segments roll when we say so: the clock that Chronicle asks stands at the number of the open segment, one
 * "second" each, and moves on by one when it is full. It never goes back: Chronicle would create anew a cycle
 * that is already sealed.
 */
final class SegmentRollCycle implements RollCycle, TimeProvider {

    /** Each index array of Chronicle's has so many slots; squared, times the spacing, bounds a segment's batches. */
    private static final int INDEX_COUNT = 4096;

    private static final int INDEX_SPACING = 16;
    private static final int SEQUENCE_BITS = 32;
    private static final int MILLIS_PER_CYCLE = 1000;

    private volatile int cycle;

    SegmentRollCycle(int cycle) {
        this.cycle = cycle;
    }

    void next() {
        cycle++;
    }

    int cycle() {
        return cycle;
    }

    @Override
    public long currentTimeMillis() {
        return (long) cycle * MILLIS_PER_CYCLE;
    }

    @Override
    public String format() {
        return "yyyyMMdd-HHmmss";
    }

    @Override
    public int lengthInMillis() {
        return MILLIS_PER_CYCLE;
    }

    @Override
    public int defaultIndexCount() {
        return INDEX_COUNT;
    }

    @Override
    public int defaultIndexSpacing() {
        return INDEX_SPACING;
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return ((long) cycle << SEQUENCE_BITS) + (sequenceNumber & 0xffffffffL);
    }

    @Override
    public long toSequenceNumber(long index) {
        return index & 0xffffffffL;
    }

    @Override
    public int toCycle(long index) {
        return (int) (index >>> SEQUENCE_BITS);
    }

    @Override
    public long maxMessagesPerCycle() {
        return (long) INDEX_COUNT * INDEX_COUNT * INDEX_SPACING;
    }

    @Override
    public String toString() {
        return "SEGMENT";
    }
}
