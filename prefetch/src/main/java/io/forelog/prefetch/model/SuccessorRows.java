package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * For each key the four keys that most often followed it, with counts. Counts are halved when they are full, so that
 * new habits outweigh old ones. 15 bytes a key.
 */
final class SuccessorRows {

    static final int WIDTH = 4;

    private final SuccessorCounts counts = new SuccessorCounts(WIDTH);
    private byte[] totals = new byte[0];

    /** Forgets what followed a key, whose number may be new. */
    void reset(int id) {
        if (id >= totals.length) {
            int larger = id + 1 + (id >> KeyTable.GROWTH_SHIFT);
            totals = Arrays.copyOf(totals, larger);
            counts.resize(larger);
        }
        totals[id] = 0;
        counts.clear(id);
    }

    /** Counts that {@code successor} followed {@code id}. */
    void count(int id, int successor) {
        boolean full = counts.add(id, successor);
        totals[id]++;
        if (full || totals[id] >= Confidence.TOTAL_MAX) {
            totals[id] >>= 1;
            counts.halve(id);
        }
    }

    int successor(int id, int i) {
        return counts.number(id, i);
    }

    /** Returns how often that successor was counted, 0 if there is none. */
    int countOf(int id, int i) {
        return counts.count(id, i);
    }

    int top(int id) {
        return counts.top(id);
    }

    boolean topIs(int id, int successor) {
        return counts.topIs(id, successor);
    }

    /** Returns the confidence of a successor, of which there must be one. */
    int bucket(int id, int i) {
        return Confidence.bucket(counts.count(id, i), totals[id]);
    }

    void write(DataOutput out, int size) throws IOException {
        for (int id = 0; id < size; id++) {
            out.writeByte(totals[id]);
            for (int i = 0; i < WIDTH; i++) {
                out.writeInt(counts.packed(id, i));
            }
        }
    }

    void read(DataInput in, int size) throws IOException {
        for (int id = 0; id < size; id++) {
            reset(id);
            totals[id] = in.readByte();
            for (int i = 0; i < WIDTH; i++) {
                counts.unpack(id, i, in.readInt());
            }
        }
    }

    long bytes() {
        return counts.bytes() + totals.length;
    }
}
