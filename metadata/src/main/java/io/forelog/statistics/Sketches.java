package io.forelog.statistics;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.apache.datasketches.common.ArrayOfStringsSerDe;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/** The sketches of one period. Confined to one thread, or to whoever holds its lock. */
final class Sketches {

    /** Standard error of distinct counts about 3 %, at most 640 bytes. */
    private static final int LOG_REGISTERS = 10;
    /** Whatever makes up more than a fortieth of the accesses is found. */
    private static final int FREQUENT_MAP = 128;

    private static final ArrayOfStringsSerDe STRINGS = new ArrayOfStringsSerDe();

    private final FrequentItemsSketch<String>[] frequent;
    private HllSketch distinct = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_4);

    Sketches() {
        frequent = array();
        Arrays.setAll(frequent, i -> new FrequentItemsSketch<>(FREQUENT_MAP));
    }

    private Sketches(FrequentItemsSketch<String>[] frequent, HllSketch distinct) {
        this.frequent = frequent;
        this.distinct = distinct;
    }

    @SuppressWarnings("unchecked") // An array of a generic type cannot be made otherwise; it never leaves this class.
    private static FrequentItemsSketch<String>[] array() {
        return (FrequentItemsSketch<String>[]) new FrequentItemsSketch<?>[Dimension.values().length];
    }

    void distinct(long keyHash) {
        distinct.update(keyHash);
    }

    void frequent(Dimension dimension, String name, int weight) {
        frequent[dimension.ordinal()].update(name, weight);
    }

    Sketches merge(Sketches other) {
        for (int i = 0; i < frequent.length; i++) {
            frequent[i].merge(other.frequent[i]);
        }
        var union = new HllUnion(LOG_REGISTERS);
        union.update(distinct);
        union.update(other.distinct);
        distinct = union.getResult(TgtHllType.HLL_4);
        return this;
    }

    double distinctEstimate() {
        return distinct.getEstimate();
    }

    List<Frequent> mostFrequent(Dimension dimension, int count) {
        return Arrays.stream(frequent[dimension.ordinal()].getFrequentItems(ErrorType.NO_FALSE_NEGATIVES))
                .limit(count)
                .map(row -> new Frequent(row.getItem(), row.getEstimate()))
                .toList();
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            write(out, distinct.toCompactByteArray());
            for (var sketch : frequent) {
                write(out, sketch.toByteArray(STRINGS));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException if these are not the bytes of sketches */
    static Sketches of(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            var distinct = HllSketch.heapify(read(in));
            var frequent = array();
            for (int i = 0; i < frequent.length; i++) {
                frequent[i] = FrequentItemsSketch.getInstance(MemorySegment.ofArray(read(in)), STRINGS);
            }
            return new Sketches(frequent, distinct);
        } catch (IOException e) {
            throw new IllegalArgumentException("not the bytes of sketches", e);
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a sketch of " + length + " bytes where " + in.available() + " are left");
        }
        return in.readNBytes(length);
    }
}
