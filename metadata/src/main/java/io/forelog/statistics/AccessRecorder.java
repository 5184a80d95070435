package io.forelog.statistics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forelog.metadata.KeyRange;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Counts the accesses of one shard. Any thread may call; threads meet only where they share a stripe, and then for some
 * tens of nanoseconds.
 */
public final class AccessRecorder {

    /** One access of so many has its names looked at, with that weight, once there are many. */
    static final int SAMPLE = 16;

    /** Of a period, each stripe looks at the names of so many all: what is little used is told exactly. */
    static final int COUNTED_ALL = 64;

    private static final int STRIPES =
            Integer.highestOneBit(Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 2, 64));
    private static final int NAME_BYTES_MAX = 128;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final long from;
    /** 2^64 * slices / width: a multiplication finds the slice of a hash. 0 for ranges too narrow to be sliced. */
    private final long slicesPerHash;

    public AccessRecorder(KeyRange range) {
        Arrays.setAll(stripes, i -> new Stripe());
        from = range.from();
        var width = new BigInteger(Long.toUnsignedString(range.last() - range.from())).add(BigInteger.ONE);
        var factor = BigInteger.TWO
                .pow(64)
                .multiply(BigInteger.valueOf(Period.SLICES))
                .divide(width);
        slicesPerHash = factor.bitLength() <= 64 ? factor.longValue() : 0;
    }

    /**
     * Counts a read.
     *
     * @param keyHash of the key; decides the slice and the distinct count
     * @param names what is known by name; looked at for the first accesses, and then for one of {@value #SAMPLE}
     * @param bytes of the value
     * @param nanos from request to answer
     * @param queueNanos of them, waiting for its turn
     */
    public void read(long keyHash, AccessNames names, long bytes, long nanos, long queueNanos) {
        var stripe = stripe();
        synchronized (stripe) {
            stripe.counters[Counter.READS.ordinal()]++;
            stripe.counters[Counter.BYTES_READ.ordinal()] += bytes;
            stripe.counters[Counter.READ_NANOS.ordinal()] += nanos;
            stripe.access(keyHash, names, slice(keyHash), queueNanos);
        }
    }

    /** Counts the append of one record; the same parameters, {@code nanos} until the acknowledgement. */
    public void write(long keyHash, AccessNames names, long bytes, long nanos, long queueNanos) {
        var stripe = stripe();
        synchronized (stripe) {
            stripe.counters[Counter.WRITES.ordinal()]++;
            stripe.counters[Counter.BYTES_WRITTEN.ordinal()] += bytes;
            stripe.counters[Counter.WRITE_NANOS.ordinal()] += nanos;
            stripe.access(keyHash, names, slice(keyHash), queueNanos);
        }
    }

    /** Counts the records of one append together. */
    public void writes(Consumer<Writes> records) {
        var stripe = stripe();
        synchronized (stripe) {
            records.accept(new Writes(stripe));
        }
    }

    /** Records of one append, each counted by {@link #add}; valid only while they are counted. */
    public final class Writes {

        private final Stripe stripe;

        private Writes(Stripe stripe) {
            this.stripe = stripe;
        }

        /**
         * Counts a record as {@link #write} does, but for its names.
         *
         * @param isKeyed whether the hash is a key's; if not it only says where in the range it is counted
         * @return whether its names are wanted, by {@link #names}
         */
        public boolean add(long keyHash, boolean isKeyed, long bytes, long nanos, long queueNanos) {
            stripe.counters[Counter.WRITES.ordinal()]++;
            stripe.counters[Counter.BYTES_WRITTEN.ordinal()] += bytes;
            stripe.counters[Counter.WRITE_NANOS.ordinal()] += nanos;
            return stripe.access(keyHash, isKeyed, slice(keyHash), queueNanos);
        }

        public void names(AccessNames names) {
            stripe.sample(names);
        }
    }

    private Stripe stripe() {
        // Ids of threads are dense: neighbours fall into different stripes.
        return stripes[(int) Thread.currentThread().threadId() & STRIPES - 1];
    }

    private int slice(long keyHash) {
        return (int) Math.min(Period.SLICES - 1, Math.unsignedMultiplyHigh(keyHash - from, slicesPerHash));
    }

    /** Returns what was counted since the last call, as the period of {@code minute}, and begins anew. */
    public Period drain(long minute) {
        return sum(minute, true);
    }

    /** Returns what was counted since the last {@link #drain}, as the period of {@code minute}, and goes on. */
    public Period peek(long minute) {
        return sum(minute, false);
    }

    private Period sum(long minute, boolean anew) {
        var counters = new long[Counter.values().length];
        var slices = new long[Period.SLICES];
        var sketches = new Sketches();
        for (var stripe : stripes) {
            synchronized (stripe) {
                stripe.addTo(counters, slices, sketches);
                if (anew) {
                    stripe.clear();
                }
            }
        }
        return new Period(minute, 1, counters, slices, sketches.toBytes());
    }

    private static final class Stripe {

        private final long[] counters = new long[Counter.values().length];
        private final long[] slices = new long[Period.SLICES];
        private Sketches sketches = new Sketches();
        private int toCountAll = COUNTED_ALL;
        private int untilSample = SAMPLE;
        private int weight;
        private long random = 0x9E3779B97F4A7C15L;
        private boolean used;

        private void access(long keyHash, AccessNames names, int slice, long queueNanos) {
            if (access(keyHash, names.key().length > 0, slice, queueNanos)) {
                sample(names);
            }
        }

        /** Returns whether it is one whose names are looked at. */
        private boolean access(long keyHash, boolean isKeyed, int slice, long queueNanos) {
            used = true;
            counters[Counter.QUEUE_NANOS.ordinal()] += queueNanos;
            slices[slice]++;
            if (isKeyed) {
                sketches.distinct(keyHash);
            }
            if (toCountAll > 0) {
                toCountAll--;
                weight = 1;
                return true;
            }
            weight = SAMPLE;
            if (--untilSample > 0) {
                return false;
            }
            untilSample = gap();
            return true;
        }

        /**
         * Random, of mean {@link #SAMPLE}: accesses that come in a cycle must not always miss the sample (xorshift).
         */
        private int gap() {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            return 1 + (int) ((random >>> 33) % (2 * SAMPLE - 1));
        }

        private void sample(AccessNames names) {
            var key = names.key();
            if (key.length > 0) {
                sketches.frequent(Dimension.KEY, text(key, key.length), weight);
                sketches.frequent(Dimension.PREFIX, text(key, names.prefixLength()), weight);
            }
            if (!names.reader().isEmpty()) {
                sketches.frequent(Dimension.READER, names.reader(), weight);
            }
            if (!names.contentType().isEmpty()) {
                sketches.frequent(Dimension.CONTENT_TYPE, names.contentType(), weight);
            }
        }

        private static String text(byte[] key, int length) {
            return new String(key, 0, Math.min(NAME_BYTES_MAX, Math.min(key.length, length)), UTF_8);
        }

        private void addTo(long[] allCounters, long[] allSlices, Sketches allSketches) {
            if (!used) {
                return;
            }
            for (int i = 0; i < counters.length; i++) {
                allCounters[i] += counters[i];
            }
            for (int i = 0; i < slices.length; i++) {
                allSlices[i] += slices[i];
            }
            allSketches.merge(sketches);
        }

        private void clear() {
            if (!used) {
                return;
            }
            Arrays.fill(counters, 0);
            Arrays.fill(slices, 0);
            sketches = new Sketches();
            toCountAll = COUNTED_ALL;
            used = false;
        }
    }
}
