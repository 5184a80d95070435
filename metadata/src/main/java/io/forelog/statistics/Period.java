package io.forelog.statistics;

import io.forelog.metadata.KeyRange;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * What happened to one shard in one stretch of time. Immutable; the arrays are not handed out.
 */
public final class Period {

    /** Equal parts of the shard's range whose accesses are told apart. */
    public static final int SLICES = 64;

    private final long minute;
    private final int minutes;
    private final long[] counters;
    private final long[] slices;
    private final byte[] sketches;

    /**
     * @param minute the first one, since the epoch
     * @param minutes how many, at least 1
     * @param counters by {@link Counter}; handed over
     * @param slices accesses in each of {@link #SLICES} parts of the range; handed over
     */
    Period(long minute, int minutes, long[] counters, long[] slices, byte[] sketches) {
        if (counters.length != Counter.values().length || slices.length != SLICES || minutes < 1) {
            throw new IllegalArgumentException("a period of " + minutes + " minutes, " + counters.length
                    + " counters and " + slices.length + " slices");
        }
        this.minute = minute;
        this.minutes = minutes;
        this.counters = counters;
        this.slices = slices;
        this.sketches = sketches;
    }

    public long minute() {
        return minute;
    }

    public int minutes() {
        return minutes;
    }

    public long count(Counter counter) {
        return counters[counter.ordinal()];
    }

    /** Returns reads and writes. */
    public long accesses() {
        return count(Counter.READS) + count(Counter.WRITES);
    }

    /** Returns reads and writes a second. */
    public double load() {
        return accesses() / (60.0 * minutes);
    }

    /** Returns the accesses in a slice of the range, from 0. */
    public long slice(int index) {
        return slices[index];
    }

    /** Returns how many different keys were accessed, within some percent. */
    public double distinctKeys() {
        return Sketches.of(sketches).distinctEstimate();
    }

    /** Returns the most frequent, the first one most. */
    public List<Frequent> mostFrequent(Dimension dimension, int count) {
        return Sketches.of(sketches).mostFrequent(dimension, count);
    }

    /**
     * Returns both together: of the same minutes on two nodes, or of two stretches, then from the first to the last.
     */
    public Period plus(Period other) {
        long from = Math.min(minute, other.minute);
        long end = Math.max(minute + minutes, other.minute + other.minutes);
        var merged = Sketches.of(sketches).merge(Sketches.of(other.sketches)).toBytes();
        return new Period(from, (int) (end - from), sum(counters, other.counters), sum(slices, other.slices), merged);
    }

    private static long[] sum(long[] a, long[] b) {
        var sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }

    /**
     * Returns the share of this that fell in a part of the range: what a child of a split has as its past. Names stay
     * those of the parent.
     */
    public Period part(KeyRange whole, KeyRange child) {
        double from = position(whole, child.from());
        double width = (unsigned(child.last() - child.from()) + 1) / (unsigned(whole.last() - whole.from()) + 1);
        var childSlices = new long[SLICES];
        double inside = 0;
        double total = 0;
        for (int i = 0; i < SLICES; i++) {
            total += slices[i];
            double start = from + width * i / SLICES;
            childSlices[i] = Math.round(between(start, start + width / SLICES));
            inside += childSlices[i];
        }
        double share = total == 0 ? width : Math.min(1, inside / total);
        var childCounters = new long[counters.length];
        for (int i = 0; i < counters.length; i++) {
            childCounters[i] = Math.round(counters[i] * share);
        }
        return new Period(minute, minutes, childCounters, childSlices, sketches);
    }

    private double between(double from, double end) {
        double sum = 0;
        for (int i = Math.clamp((int) (from * SLICES), 0, SLICES - 1); i < SLICES && i < end * SLICES; i++) {
            double overlap = Math.min(end * SLICES, i + 1) - Math.max(from * SLICES, i);
            sum += slices[i] * Math.max(0, overlap);
        }
        return sum;
    }

    private static double position(KeyRange range, long hash) {
        return unsigned(hash - range.from()) / (unsigned(range.last() - range.from()) + 1);
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
    }

    /** Writes this, for {@link #read}. */
    public void write(DataOutputStream out) throws IOException {
        out.writeLong(minute);
        out.writeInt(minutes);
        for (long counter : counters) {
            out.writeLong(counter);
        }
        for (long slice : slices) {
            out.writeInt((int) Math.min(Integer.MAX_VALUE, slice));
        }
        out.writeInt(sketches.length);
        out.write(sketches);
    }

    /** @throws IOException if what comes is no period */
    public static Period read(DataInputStream in) throws IOException {
        long minute = in.readLong();
        int minutes = in.readInt();
        var counters = new long[Counter.values().length];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = in.readLong();
        }
        var slices = new long[SLICES];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = in.readInt();
        }
        int length = in.readInt();
        if (minutes < 1 || length < 0 || length > in.available()) {
            throw new IOException("no period: " + minutes + " minutes, sketches of " + length + " bytes where "
                    + in.available() + " are left");
        }
        return new Period(minute, minutes, counters, slices, in.readNBytes(length));
    }

    long[] counters() {
        return counters;
    }

    long[] slices() {
        return slices;
    }

    byte[] sketches() {
        return sketches;
    }
}
